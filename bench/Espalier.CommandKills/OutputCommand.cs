namespace Espalier.CommandKills;

/// <summary>A command with one output, a file or a folder, that it replaces: two variants of it take turns.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="folder">A folder of its own.</param>
/// <param name="target">The output's name there.</param>
/// <param name="variants">The words of each variant, and what its output's content must be.</param>
internal sealed class OutputCommand(string name, string folder, string target, params IReadOnlyList<OutputVariant> variants)
    : KilledCommand(name, folder)
{
    // So many completed invocations share an output, before one begins with none.
    private const int Turns = 3;

    private string? _standing;
    private int _turn;

    /// <inheritdoc/>
    public override bool IsFresh => true;

    private string Target => Path.Combine(Folder, target);

    private string Wanted => variants[_turn % variants.Count].Content;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words() => variants[_turn % variants.Count].Words;

    /// <inheritdoc/>
    public override Found Look(ICollection<string> problems, out bool hasEnded)
    {
        hasEnded = false;
        var content = WholeFiles.Content(Target);
        if (content == Wanted)
        {
            _standing = content;
            return Found.New;
        }

        if (content != _standing) problems.Add($"{Name}: '{Target}' is neither what it was nor what it was to be");
        _standing = content;
        return content is null ? Found.Nothing : Found.Old;
    }

    /// <inheritdoc/>
    protected override void Compare(ICollection<string> problems)
    {
        if (Look(problems, out _) != Found.New) problems.Add($"{Name}: '{Target}' is not what an invocation makes that is not killed");
        foreach (var other in Directory.EnumerateFileSystemEntries(Folder)
            .Where(entry => entry != Target && !WholeFiles.IsTemporary(entry)))
            problems.Add($"{Name}: {other} was left");
        if (++_turn % Turns != 0) return;
        if (Directory.Exists(Target)) Directory.Delete(Target, recursive: true);
        else File.Delete(Target);
        _standing = null;
    }
}
