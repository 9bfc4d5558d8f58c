namespace Espalier.CommandKills;

/// <summary>A command that makes a folder of the next free name each time.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="folder">A folder of its own.</param>
/// <param name="words">The invocation.</param>
/// <param name="content">What each folder's content must be.</param>
internal sealed class NewFolderCommand(string name, string folder, IReadOnlyList<string> words, string content)
    : KilledCommand(name, folder)
{
    private const int MostFolders = 20;

    private int _folders;

    /// <inheritdoc/>
    public override bool IsFresh => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words() => words;

    /// <inheritdoc/>
    public override Found Look(ICollection<string> problems, out bool hasEnded)
    {
        hasEnded = false;
        var before = _folders;
        var entries = Entries();
        foreach (var entry in entries.Where(entry => WholeFiles.Content(entry) != content))
        {
            problems.Add($"{Name}: '{entry}' is half-made: {string.Join(", ", Directory.EnumerateFileSystemEntries(entry))}");
            Directory.Delete(entry, recursive: true);
        }

        _folders = Entries().Length;
        return _folders > before ? Found.New : before > 0 ? Found.Old : Found.Nothing;
    }

    /// <inheritdoc/>
    protected override void Compare(ICollection<string> problems)
    {
        if (Look(problems, out _) != Found.New) problems.Add($"{Name}: no new folder is there");
        foreach (var other in Directory.EnumerateFileSystemEntries(Folder).Except(Entries())) problems.Add($"{Name}: {other} was left");
        if (_folders < MostFolders) return;
        foreach (var entry in Entries()) Directory.Delete(entry, recursive: true);
        _folders = 0;
    }

    private string[] Entries() => [.. Directory.EnumerateDirectories(Folder).Where(entry => !WholeFiles.IsOfWriter(entry))];
}
