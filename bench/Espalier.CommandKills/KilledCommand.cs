namespace Espalier.CommandKills;

/// <summary>A command that is killed and given again until it comes to its end, and then begins anew.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="folder">A folder of its own, in which it writes.</param>
internal abstract class KilledCommand(string name, string folder)
{
    // A writer removes what has lain there for ten seconds when it begins; clocks of files are coarse.
    private static readonly TimeSpan TemporariesMayLie = TimeSpan.FromSeconds(10 + 1);

    /// <summary>What the table calls it.</summary>
    public string Name { get; } = name;

    /// <summary>Where it writes.</summary>
    protected string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    /// <summary>Whether the next invocation begins its work, rather than going on with a part of it.</summary>
    public abstract bool IsFresh { get; }

    /// <summary>The words of the next invocation, as a person would give them who found the process dead.</summary>
    public abstract IReadOnlyList<string> Words();

    /// <summary>Looks at what stands after a kill.</summary>
    /// <param name="problems">Hears what must not be.</param>
    /// <param name="hasEnded">Whether the process had done all of its work when it was killed, and cannot be given again.</param>
    public abstract Found Look(ICollection<string> problems, out bool hasEnded);

    /// <summary>Looks at what a process left that came to its end, and makes ready for a new beginning.</summary>
    /// <param name="problems">Hears what must not be.</param>
    /// <param name="started">When the process began: what was old by then must be gone.</param>
    public void Conclude(ICollection<string> problems, DateTime started)
    {
        foreach (var file in WholeFiles.Temporaries(Folder).Where(file => File.GetLastWriteTimeUtc(file) < started - TemporariesMayLie))
            problems.Add($"{Name}: {file} was not removed");
        Compare(problems);
    }

    /// <summary>Compares what a process left that came to its end with the outcome of one that was never killed, and makes ready for a new
    /// beginning.</summary>
    protected abstract void Compare(ICollection<string> problems);

    /// <summary>Lets temporary files look as if their writers had died long ago: the next invocation must leave none of them.</summary>
    public void AgeTemporaries()
    {
        foreach (var file in WholeFiles.Temporaries(Folder)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
    }
}
