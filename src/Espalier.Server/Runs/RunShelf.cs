using System.Collections.Concurrent;
using Espalier.Core;
using Espalier.Core.LiveRuns;
using Espalier.Core.Options;

namespace Espalier.Server.Runs;

/// <summary>The runs below a folder, as their files tell: whoever looks needs neither libtorch nor the process that trains.</summary>
/// <param name="root">The folder of runs; it may come to be later.</param>
internal sealed class RunShelf(string root)
{
    private const int Deepest = 6;
    private const string Results = "results.csv";
    private const string Accuracy = "metrics/mAP_0.5";

    private static readonly (string File, RunKind Kind)[] Marks =
        [("options.yaml", RunKind.Training), ("sweep.csv", RunKind.Sweep), ("report.csv", RunKind.Experiment)];

    private static readonly string[] PictureTypes = [".png", ".jpg"];

    private readonly string _root = Path.GetFullPath(root);
    private volatile IReadOnlyDictionary<string, (string Folder, RunKind Kind)> _last = new Dictionary<string, (string, RunKind)>();
    private readonly ConcurrentDictionary<string, (FileStamp Stamp, CsvTable Table)> _tables = [];

    /// <summary>Every entry; the one that something came of last stands first.</summary>
    /// <param name="now">The time.</param>
    public IReadOnlyList<RunEntry> List(DateTime now)
    {
        var found = Folders(_root, 0).ToList();
        _last = found.DistinctBy(one => Id(one.Folder)).ToDictionary(one => Id(one.Folder));
        foreach (var path in _tables.Keys.Where(path => !File.Exists(path))) _tables.TryRemove(path, out _);
        return [.. found.Select(one => Describe(Read(one.Folder, one.Kind), now)).OrderByDescending(entry => entry.Written)];
    }

    /// <summary>All about one entry; null where there is none of that name.</summary>
    public RunDetail? Find(string id, DateTime now)
    {
        if (Locate(id) is not var (folder, kind)) return null;
        var files = Read(folder, kind);
        var entry = Describe(files, now);
        var (wish, fault) = Wish(folder);
        return new RunDetail(
            entry, files.Progress, wish, fault, files.Table.Columns, files.Table.Rows, Pictures(folder), Resume(folder, entry));
    }

    /// <summary>A picture of an entry; null where there is none of that name.</summary>
    public string? Picture(string id, string name) =>
        Locate(id) is var (folder, _) && Pictures(folder).Contains(name) ? Path.Combine(folder, name) : null;

    /// <summary>Leaves a wish for a training.</summary>
    /// <returns>False where there is none of that name.</returns>
    /// <exception cref="EspalierException">It cannot be written.</exception>
    public bool Control(string id, RunControl wish)
    {
        if (Locate(id) is not (var folder, RunKind.Training)) return false;
        wish.Write(folder);
        return true;
    }

    // A name is looked for among those that are there, so that no name leads outside.
    private (string Folder, RunKind Kind)? Locate(string id)
    {
        if (_last.TryGetValue(id, out var last) && File.Exists(Path.Combine(last.Folder, Mark(last.Kind)))) return last;
        return Folders(_root, 0).Cast<(string, RunKind)?>().FirstOrDefault(found => Id(found!.Value.Item1) == id);
    }

    private static IEnumerable<(string Folder, RunKind Kind)> Folders(string folder, int depth)
    {
        if (depth > Deepest || !Directory.Exists(folder)) yield break;
        foreach (var (file, kind) in Marks)
        {
            if (File.Exists(Path.Combine(folder, file))) yield return (folder, kind);
        }

        foreach (var inner in Inner(folder).Order(StringComparer.Ordinal))
        {
            foreach (var found in Folders(inner, depth + 1)) yield return found;
        }
    }

    private static string[] Inner(string folder)
    {
        try
        {
            var plain = new EnumerationOptions
            {
                AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
            };
            return Directory.GetDirectories(folder, "*", plain);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private RunEntry Describe(RunFiles files, DateTime now)
    {
        var (folder, kind, table, progress) = files;
        var done = kind == RunKind.Training ? table.Rows.Count : 0;
        var written = progress?.Written ?? File.GetLastWriteTimeUtc(Path.Combine(folder, done > 0 ? Results : Mark(kind)));
        var state = progress is null ? null : (RunState?)State(progress, now);
        var left = state is RunState.Training or RunState.Validating ? progress!.SecondsLeft : null;
        return new RunEntry(Id(folder), kind, state, done, progress?.Epochs, table.Numbers(Accuracy).Max(), left, written);
    }

    private static RunState State(RunProgress progress, DateTime now) => progress.Phase switch
    {
        RunPhase.Completed => RunState.Completed,
        RunPhase.EarlyStopped => RunState.EarlyStopped,
        RunPhase.Interrupted => RunState.Interrupted,
        _ when !progress.IsAlive(now) => RunState.Dead,
        RunPhase.Validating => RunState.Validating,
        _ => RunState.Training,
    };

    private static (RunControl Wish, string? Fault) Wish(string folder)
    {
        try
        {
            return (RunControl.Read(folder), null);
        }
        catch (EspalierException exception)
        {
            return (RunControl.Nothing, exception.Message);
        }
    }

    private static string[] Pictures(string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))
                    .Where(name => PictureTypes.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Resume(string folder, RunEntry entry)
    {
        var goesOn = entry is { Kind: RunKind.Training, State: RunState.Dead or RunState.Interrupted };
        return goesOn && File.Exists(Path.Combine(folder, "weights", "last.safetensors"))
            ? $"espalier train --resume {CommandWord.Quote(folder)}"
            : null;
    }

    private static string Mark(RunKind kind) => Marks.Single(mark => mark.Kind == kind).File;

    private string Id(string folder) => Path.GetRelativePath(_root, folder).Replace(Path.DirectorySeparatorChar, '/');

    private RunFiles Read(string folder, RunKind kind)
    {
        var isTraining = kind == RunKind.Training;
        var table = Table(Path.Combine(folder, isTraining ? Results : Mark(kind)));
        return new RunFiles(folder, kind, table, isTraining ? RunProgress.Read(folder) : null);
    }

    // A page asks again and again, and a table grows once an epoch.
    private CsvTable Table(string path)
    {
        var stamp = FileStamp.Of(path);
        if (_tables.TryGetValue(path, out var kept) && kept.Stamp == stamp) return kept.Table;
        var table = CsvTable.Read(path);
        _tables[path] = (stamp, table);
        return table;
    }

    /// <summary>What a folder's files say, each read once.</summary>
    private sealed record RunFiles(string Folder, RunKind Kind, CsvTable Table, RunProgress? Progress);
}
