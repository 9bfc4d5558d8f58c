using Espalier.Core;

namespace Espalier.Datasets.Formats;

/// <summary>
/// A folder that appears whole or not at all: it is filled under another name beside its place, and renamed at the end. Disposed
/// before that, it leaves nothing behind; what a killed process left is removed by the next. One process at a time fills a folder.
/// What is added to a folder is made ready beside it in the same way.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    /// <summary>What a data set consists of: nothing else is ever replaced.</summary>
    private static readonly HashSet<string?> Parts = ["data.yaml", "street.json", "images", "labels", "annotations", ".DS_Store"];

    /// <summary>What files are added to, labels first: a photo that lacked them would be taught as background.</summary>
    public static IReadOnlyList<string> AdditionParts { get; } = ["labels", "images"];

    private readonly string _target;
    private readonly string? _outermost;
    private readonly WriterLock _lock;
    private bool _finished;

    private OutputFolder(string target, string? outermost, WriterLock held)
    {
        (_target, _outermost, _lock) = (target, outermost, held);
        Path = $"{target}{WriterLock.Mark}unfinished";
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <summary>Whether the files are added to what is in the folder.</summary>
    public bool IsAddition { get; private init; }

    /// <summary>Refuses what cannot become an output folder, before any work is done for it; its parameters are those of
    /// <see cref="Prepare"/>.</summary>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="EspalierException">It cannot be used.</exception>
    public static string Check(string path, bool overwrite, IEnumerable<string> inputs)
    {
        var target = TargetApartFrom(inputs, path);
        if (File.Exists(target)) throw new EspalierException($"{target} is a file; the output should be a folder.");
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            if (!File.Exists(System.IO.Path.Combine(target, "data.yaml")))
                throw new EspalierException($"The output folder {target} is not empty and holds no data set; choose another place.");
            if (!overwrite) throw new EspalierException($"There is a data set in {target} already; --overwrite replaces it.");
            if (Directory.EnumerateFileSystemEntries(target).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)
                .FirstOrDefault(entry => !Parts.Contains(entry)) is { } other)
                throw new EspalierException($"The data set in {target} is not replaced: there is '{other}' too, which would be lost; move "
                    + $"it, or choose another place.");
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

        // Another process may have finished it in the meantime.
        return Begin(target, WriterLock.Take, () =>
        {
            _ = Check(path, overwrite, inputs); // It throws where it is not.
            return true;
        })!;
    }

    /// <summary>Prepares an output folder of a name that nothing bears.</summary>
    /// <param name="path">Its final place.</param>
    /// <returns>Null where something bears the name, or another process is about to give it.</returns>
    /// <exception cref="EspalierException">It cannot be made.</exception>
    public static OutputFolder? TryPrepareNew(string path)
    {
        var target = System.IO.Path.GetFullPath(path);
        return IsFree() ? Begin(target, WriterLock.TryTake, IsFree) : null;

        bool IsFree() => !System.IO.Path.Exists(target);
    }

    /// <summary>Prepares files for the <c>images</c> and <c>labels</c> of a data set that is there.</summary>
    /// <param name="path">The data set's folder.</param>
    /// <param name="inputs">Folders that it must neither be, lie in, nor hold.</param>
    /// <exception cref="EspalierException">It cannot be used.</exception>
    public static OutputFolder PrepareAddition(string path, IEnumerable<string> inputs) =>
        Begin(TargetApartFrom(inputs, path), WriterLock.Take, () => true, isAddition: true)!;

    private static string TargetApartFrom(IEnumerable<string> inputs, string path)
    {
        // A link stays a link, and the folder appears where it leads.
        var target = "";
        Guard(path, () => target = RealPath.Of(path));
        foreach (var input in inputs.Select(RealPath.Of))
        {
            if (Holds(target, input) || Holds(input, target)) throw new EspalierException(
                $"The output folder {target} and the source {input} lie within each other; choose another place.");
        }

        return target;
    }

    private static OutputFolder? Begin(string target, Func<string, string, WriterLock?> take, Func<bool> isStillFree,
        bool isAddition = false)
    {
        string? outermost = null;
        var parent = System.IO.Path.GetDirectoryName(target)
            ?? throw new EspalierException($"{target} cannot be an output folder; choose another place.");
        Guard(target, () => outermost = NewFolders.Create(parent));
        OutputFolder? folder = null;
        try
        {
            if (take(target, $"{target}{WriterLock.Mark}lock") is not { } held) return null;
            folder = new OutputFolder(target, outermost, held) { IsAddition = isAddition };
            Guard(target, folder.Clear);
            if (isStillFree()) return folder;
            folder.Dispose();
            return null;
        }
        catch
        {
            folder?.Dispose();
            NewFolders.RemoveEmpty(parent, outermost);
            throw;
        }
    }

    /// <summary>Puts the folder, or the files that are added to one, into its place.</summary>
    public void Finish() => Guard(_target, () =>
    {
        var disk = Disk.Current;
        disk.FlushAll(Path);
        if (IsAddition)
        {
            AddFiles(disk);
            return;
        }

        if (!Directory.Exists(_target))
        {
            disk.MoveFolder(Path, _target);
        }
        else if (!disk.TryExchangeFolders(Path, _target))
        {
            disk.MoveFolder(_target, Replaced);
            try
            {
                disk.MoveFolder(Path, _target);
            }
            catch (Exception exception) when (FileProblem.Is(exception))
            {
                disk.MoveFolder(Replaced, _target);
                throw;
            }
        }

        _finished = true;
        disk.FlushNames(System.IO.Path.GetDirectoryName(_target)!);
        foreach (var old in new[] { Path, Replaced }.Where(Directory.Exists)) disk.DeleteFolder(old);
    });

    /// <summary>Moves the files over. Where one cannot be, those before it go again; those that a killed process leaves, the next addition
    /// of the same photos completes.</summary>
    private void AddFiles(Disk disk)
    {
        var added = new List<string>();
        try
        {
            foreach (var part in AdditionParts.Select(part => System.IO.Path.Combine(Path, part)).Where(Directory.Exists))
            {
                foreach (var file in Directory.GetFiles(part, "*", SearchOption.AllDirectories))
                {
                    var target = System.IO.Path.Combine(_target, System.IO.Path.GetRelativePath(Path, file));
                    Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
                    disk.MoveNew(file, target);
                    added.Add(target);
                }
            }

            foreach (var folder in added.Select(System.IO.Path.GetDirectoryName).Distinct()) disk.FlushNames(folder!);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            added.ForEach(disk.Delete);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (!_finished && Directory.Exists(Path)) Disk.Current.DeleteFolder(Path);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            // What brought us here is the thing to report.
        }
        finally
        {
            _lock.Dispose();
        }

        if (!_finished) NewFolders.RemoveEmpty(System.IO.Path.GetDirectoryName(_target)!, _outermost);
    }

    private string Replaced => $"{_target}{WriterLock.Mark}replaced";

    /// <summary>Clears away what a process left that was killed while it filled the folder,
    /// or between the two renames that put it into its place.</summary>
    private void Clear()
    {
        if (Directory.Exists(Replaced))
        {
            if (Directory.Exists(_target)) Disk.Current.DeleteFolder(Replaced);
            else Disk.Current.MoveFolder(Replaced, _target);
        }

        if (Directory.Exists(Path)) Disk.Current.DeleteFolder(Path);
        Directory.CreateDirectory(Path);
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
        folder += System.IO.Path.DirectorySeparatorChar;
        return (other + System.IO.Path.DirectorySeparatorChar).StartsWith(folder, StringComparison.Ordinal);
    }
}
