using System.Globalization;
using Espalier.Core;
using Espalier.Datasets.Formats;

namespace Espalier.Training.Runs;

/// <summary>Where a run writes: <c>runs/train</c>, <c>runs/train2</c>, … laid out as YOLOv5's users know it.</summary>
/// <param name="Path">The folder's full path.</param>
public sealed record RunFolder(string Path)
{
    /// <summary>The outermost folder that was made for the run; null where the run was there before.</summary>
    private string? Outermost { get; init; }

    /// <summary>The folder of the checkpoints.</summary>
    public string Weights => System.IO.Path.Combine(Path, "weights");

    /// <summary>The newest epoch, with all that an exact resume needs.</summary>
    public string Last => System.IO.Path.Combine(Weights, "last.safetensors");

    /// <summary>The best epoch by fitness: weights alone.</summary>
    public string Best => System.IO.Path.Combine(Weights, "best.safetensors");

    /// <summary>Losses and metrics, a row an epoch.</summary>
    public string Results => System.IO.Path.Combine(Path, "results.csv");

    /// <summary>What the run was asked to do.</summary>
    internal string Options => System.IO.Path.Combine(Path, "options.yaml");

    /// <summary>The lock of the process that trains; there afterwards where that process did not come to its end.</summary>
    private string LockFile => System.IO.Path.Combine(Path, $"{WriterLock.Mark}lock");

    /// <summary>Whether the process that trained last was killed, so that what follows the last epoch may be missing.</summary>
    public bool IsAbandoned => System.IO.File.Exists(LockFile);

    /// <summary>Keeps other processes from training into the folder.</summary>
    /// <exception cref="EspalierException">One does already, or the folder cannot be written.</exception>
    internal WriterLock Lock() => WriterLock.Take(Path, LockFile);

    /// <summary>A file directly in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether it is the same folder; how it came to be does not matter.</summary>
    public bool Equals(RunFolder? other) => other is not null && Path == other.Path;

    /// <inheritdoc/>
    public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);

    /// <summary>Makes the next free folder <c>project/name</c>, <c>name2</c>, <c>name3</c>, …</summary>
    /// <param name="project">The folder of runs, such as <c>runs</c>.</param>
    /// <param name="name">The kind of run, such as <c>train</c>.</param>
    /// <exception cref="EspalierException">The folder cannot be made.</exception>
    public static RunFolder CreateNext(string project, string name)
    {
        try
        {
            string? outermost = null;
            var path = Names(project, name).First(path => NewFolders.TryCreateNew(path, out outermost));
            return new RunFolder(path) { Outermost = outermost };
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"The output folder '{project}' cannot be written: {FileProblem.Reason(exception)}", exception);
        }
    }

    /// <summary>Makes the folder that <see cref="CreateNext"/> would, but with all of its files or not at all, whenever the process is
    /// killed.</summary>
    /// <param name="project">The folder of runs.</param>
    /// <param name="name">The kind of run.</param>
    /// <param name="write">Writes the files, into a folder of another name.</param>
    /// <exception cref="EspalierException">The folder cannot be made.</exception>
    internal static RunFolder CreateWhole(string project, string name, Action<RunFolder> write)
    {
        foreach (var path in Names(project, name))
        {
            using var folder = OutputFolder.TryPrepareNew(path);
            if (folder is null) continue;
            write(new RunFolder(folder.Path));
            folder.Finish();
            return new RunFolder(path);
        }

        throw new InvalidOperationException("names do not end");
    }

    private static IEnumerable<string> Names(string project, string name)
    {
        for (var number = 1; ; number++)
        {
            var suffix = number == 1 ? string.Empty : number.ToString(CultureInfo.InvariantCulture);
            yield return System.IO.Path.GetFullPath(System.IO.Path.Combine(project, name + suffix));
        }
    }

    /// <summary>A new run's folder with its first files; where they cannot be written, it is taken back.</summary>
    internal RunFolder Filled(Action<RunFolder> write)
    {
        try
        {
            write(this);
            return this;
        }
        catch
        {
            Discard();
            throw;
        }
    }

    /// <summary>Writes what the run is asked to do.</summary>
    internal void Write(TrainingOptions options)
    {
        AtomicFile.WriteAllText(Options, TrainingOptions.Table.ToYaml(options));
        AtomicFile.WriteAllText(File("hyp.yaml"), HyperParameterFile.Format(options.HyperParameters));
    }

    /// <summary>
    /// Takes a new run's folder back, because nothing came of it: whatever is in it, and the folders around it that were made for it.
    /// A run that was there before stays as it is.
    /// </summary>
    public void Discard()
    {
        if (Outermost is null) return;
        try
        {
            Directory.Delete(Path, recursive: true);
            NewFolders.RemoveEmpty(Path, Outermost);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            // What brought us here is the thing to report.
        }
    }

    /// <summary>
    /// The run whose <c>last</c> checkpoint is newest below a folder of runs; null where there is none. A copy that lies elsewhere than in
    /// a run's <c>weights</c> is none.
    /// </summary>
    public static RunFolder? FindNewest(string project)
    {
        if (!Directory.Exists(project)) return null;
        return Directory.EnumerateFiles(project, "last.safetensors", SearchOption.AllDirectories)
            .Select(path => (Path: System.IO.Path.GetFullPath(path), Run: OfCheckpoint(path)))
            .Where(found => found.Path == found.Run.Last)
            .OrderByDescending(found => System.IO.File.GetLastWriteTimeUtc(found.Path))
            .Select(found => found.Run)
            .FirstOrDefault();
    }

    /// <summary>The run that a checkpoint in its <c>weights</c> folder belongs to.</summary>
    public static RunFolder OfCheckpoint(string checkpoint)
    {
        var weights = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(checkpoint))!;
        return new RunFolder(System.IO.Path.GetDirectoryName(weights) ?? weights);
    }
}
