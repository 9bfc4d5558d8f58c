using Espalier.Core;

namespace Espalier.Datasets.Formats;

/// <summary>
/// A folder that appears whole or not at all: it is filled under another name beside its place, and renamed at the end. Disposed
/// before that, it leaves nothing behind; what a killed process left is removed by the next.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    /// <summary>What a data set consists of: nothing else is ever replaced.</summary>
    private static readonly HashSet<string?> Parts = ["data.yaml", "street.json", "images", "labels", "annotations", ".DS_Store"];

    private readonly string _target;
    private readonly bool _overwrite;
    private bool _finished;
    private string? _outermost;

    private OutputFolder(string target, bool overwrite)
    {
        _target = target;
        _overwrite = overwrite;
        Path = Unfinished(target);
    }

    /// <summary>Where a folder is filled before it is whole.</summary>
    public static string Unfinished(string target) => $"{target}.espalier-unfinished";

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <summary>Refuses what cannot become an output folder, before any work is done for it; its parameters are those of <see cref="Prepare"/>.</summary>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="EspalierException">It cannot be used.</exception>
    public static string Check(string path, bool overwrite, IEnumerable<string> inputs)
    {
        var target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        foreach (var input in inputs)
        {
            if (Holds(target, input) || Holds(input, target)) throw new EspalierException($"The output folder {target} and the source {input} lie within each other; choose another place.");
        }

        if (File.Exists(target)) throw new EspalierException($"{target} is a file; the output should be a folder.");
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            if (!File.Exists(System.IO.Path.Combine(target, "data.yaml"))) throw new EspalierException($"The output folder {target} is not empty and holds no data set; choose another place.");
            if (!overwrite) throw new EspalierException($"There is a data set in {target} already; --overwrite replaces it.");
            if (Directory.EnumerateFileSystemEntries(target).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal).FirstOrDefault(entry => !Parts.Contains(entry)) is { } other)
                throw new EspalierException($"The data set in {target} is not replaced: there is '{other}' too, which would be lost; move it, or choose another place.");
        }

        return target;
    }

    /// <summary>Prepares an output folder.</summary>
    /// <param name="path">Its final place: not there, empty, or, with <paramref name="overwrite"/>, a data set.</param>
    /// <param name="overwrite">Whether a data set may be replaced.</param>
    /// <param name="inputs">Folders that it must neither be, lie in, nor hold.</param>
    /// <exception cref="EspalierException">It cannot be used.</exception>
    public static OutputFolder Prepare(string path, bool overwrite, IEnumerable<string> inputs)
    {
        var target = Check(path, overwrite, inputs);
        var folder = new OutputFolder(target, overwrite);
        Guard(target, () =>
        {
            if (Directory.Exists(folder.Path)) Directory.Delete(folder.Path, recursive: true);
            folder._outermost = NewFolders.Create(folder.Path);
        });
        return folder;
    }

    /// <summary>Puts the folder into its place.</summary>
    public void Finish() => Guard(_target, () =>
    {
        var old = $"{_target}.espalier-replaced";
        if (Directory.Exists(_target))
        {
            if (_overwrite && Directory.Exists(old)) Directory.Delete(old, recursive: true);
            Directory.Move(_target, old);
        }

        Directory.Move(Path, _target);
        _finished = true;
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_finished) return;
        try
        {
            Directory.Delete(Path, recursive: true);
            NewFolders.RemoveEmpty(Path, _outermost);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What brought us here is the thing to report.
        }
    }

    /// <summary>Does something with files of the output; what goes wrong becomes one sentence.</summary>
    public static void Guard(string target, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"{target} cannot be written: {FileProblem.Reason(exception)}.", exception);
        }
    }

    private static bool Holds(string folder, string other)
    {
        folder = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder)) + System.IO.Path.DirectorySeparatorChar;
        return (System.IO.Path.GetFullPath(other) + System.IO.Path.DirectorySeparatorChar).StartsWith(folder, StringComparison.Ordinal);
    }
}
