namespace Espalier.CommandKills;

/// <summary>A command whose work goes on where it was stopped: a training, an experiment.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="folder">A folder of its own.</param>
/// <param name="output">The folder in it that the command fills.</param>
/// <param name="reference">The same folder of an invocation that was not killed.</param>
/// <param name="words">Begins the work.</param>
/// <param name="resumes">Whether the work is gone on with by <c>train --resume</c>, rather than by the same words.</param>
internal sealed class StagedCommand(string name, string folder, string output, string reference, IReadOnlyList<string> words, bool resumes)
    : KilledCommand(name, folder)
{
    private const int ColumnsOfClocks = 4;
    private const string Lock = ".espalier-lock";

    private IReadOnlyList<(string File, string? Content)> _before = [];

    private string Output => Path.Combine(Folder, output);

    private string Last => Path.Combine(Output, "weights", "last.safetensors");

    /// <inheritdoc/>
    public override bool IsFresh => resumes ? !File.Exists(Last) : !Directory.Exists(Output);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Words() => !resumes || IsFresh ? words : ["train", "--resume", Output];

    /// <inheritdoc/>
    public override Found Look(ICollection<string> problems, out bool hasEnded)
    {
        foreach (var problem in WholeFiles.Problems(Folder)) problems.Add($"{Name}: {problem}");

        // Before its first epoch is saved there is nothing that a run could go on with, and a new one gets the next free name.
        if (resumes && IsFresh && Directory.Exists(Output)) Directory.Delete(Output, recursive: true);
        hasEnded = resumes && !IsFresh && !File.Exists(Path.Combine(Output, Lock));
        var now = States();
        var found = !now.SequenceEqual(_before) ? Found.New : now.Count > 0 ? Found.Old : Found.Nothing;
        foreach (var file in _before.Select(state => state.File).Except(now.Select(state => state.File)))
            problems.Add($"{Name}: {file} was there before and is not now");
        _before = now;
        return found;
    }

    /// <inheritdoc/>
    protected override void Compare(ICollection<string> problems)
    {
        foreach (var problem in WholeFiles.Problems(Folder)) problems.Add($"{Name}: {problem}");
        var (expected, actual) = (Names(reference), Names(Output));
        foreach (var file in expected.Except(actual)) problems.Add($"{Name}: {file} is missing at the end");
        foreach (var file in actual.Except(expected)) problems.Add($"{Name}: {file} was left");
        foreach (var file in expected.Intersect(actual).Where(file => !Equal(Path.Combine(reference, file), Path.Combine(Output, file))))
            problems.Add($"{Name}: {file} differs from that of an invocation that was not killed");
        Directory.Delete(Output, recursive: true);
        _before = [];
    }

    /// <summary>How far the work is: which files are there, and what checkpoints hold, which are written again and again.</summary>
    private IReadOnlyList<(string File, string? Content)> States() =>
    [
        .. WholeFiles.Below(Output).Where(file => !IsJournal(file)).Order(StringComparer.Ordinal)
            .Select(file => (file, Path.GetExtension(file) == ".safetensors" ? WholeFiles.Content(file) : null)),
    ];

    private static string[] Names(string folder) =>
        [.. WholeFiles.Below(folder).Where(file => !IsJournal(file)).Select(file => Path.GetRelativePath(folder, file))];

    // Every process adds one of its own.
    private static bool IsJournal(string file) => Path.GetFileName(file).StartsWith("events.", StringComparison.Ordinal);

    private static bool Equal(string expected, string actual) => Path.GetExtension(expected) switch
    {
        ".safetensors" => WholeFiles.Arrays(expected) == WholeFiles.Arrays(actual),
        ".csv" when Path.GetFileName(expected) == "results.csv" => Metrics(expected).SequenceEqual(Metrics(actual)),
        ".txt" or ".mat" => WholeFiles.Content(expected) == WholeFiles.Content(actual),
        _ => true, // Times and paths are in it.
    };

    /// <summary>The table without its columns of time and memory.</summary>
    private static IEnumerable<string> Metrics(string results) =>
        File.ReadLines(results).Select(line => string.Join(',', line.Split(',').SkipLast(ColumnsOfClocks)));
}
