using System.Collections.Concurrent;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Photos;

/// <summary>
/// Decodes photos and fits them into a frame, their sides' ratio kept; keeps the results in memory up to a limit. A photo takes
/// at most <c>frame.Width × frame.Height × 3</c> bytes, whatever its file holds. Safe for any number of threads.
/// </summary>
internal sealed class PhotoCache
{
    private readonly IReadOnlyList<DatasetEntry> _entries;
    private readonly PhotoSource _source;
    private readonly (int Width, int Height) _frame;
    private readonly long _limitBytes;
    private readonly Picture?[] _kept;
    private readonly ConcurrentDictionary<int, bool> _unusable = new();
    private readonly Lock _reporting = new();
    private long _keptBytes;

    /// <summary>An empty cache over a data set's photos.</summary>
    public PhotoCache(IReadOnlyList<DatasetEntry> entries, PhotoSource source, (int Width, int Height) frame, long limitBytes)
    {
        _entries = entries;
        _source = source;
        _frame = frame;
        _limitBytes = limitBytes;
        _kept = new Picture?[entries.Count];
    }

    /// <summary>Bytes of pixels that are kept.</summary>
    public long KeptBytes => Interlocked.Read(ref _keptBytes);

    /// <summary>The photo of an entry, or of the next entry (cyclically) that has a usable one.</summary>
    /// <exception cref="EspalierException">No photo of the data set is usable.</exception>
    public LoadedPhoto GetOrNext(int index)
    {
        for (var tried = 0; tried < _entries.Count; tried++)
        {
            if (TryGet((index + tried) % _entries.Count, out var photo)) return photo;
        }

        throw new EspalierException(FormattableString.Invariant($"None of the data set's {_entries.Count} photos can be decoded."));
    }

    /// <summary>The photo of an entry; false where it can't be used, which is reported once.</summary>
    public bool TryGet(int index, out LoadedPhoto photo)
    {
        var entry = _entries[index];
        photo = default;
        if (Volatile.Read(ref _kept[index]) is { } kept)
        {
            photo = new LoadedPhoto(kept, entry);
            return true;
        }

        if (_unusable.ContainsKey(index)) return false;
        try
        {
            photo = new LoadedPhoto(Keep(index, Load(entry)), entry);
            return true;
        }
        catch (Exception exception) when (exception is EspalierException or IOException or UnauthorizedAccessException)
        {
            if (_unusable.TryAdd(index, true)) Report(new DatasetProblem(entry.Path, exception.Message, PhotoSkipped: true));
            return false;
        }
    }

    private Picture Load(DatasetEntry entry)
    {
        var picture = _source.Decode(entry.Path);
        if (picture.Width != entry.Width || picture.Height != entry.Height)
        {
            throw new EspalierException(FormattableString.Invariant($"{entry.Path} is {picture.Width} × {picture.Height} pixels, ")
                + FormattableString.Invariant($"but was {entry.Width} × {entry.Height} when the data set was scanned."));
        }

        var fitted = Letterbox.Into(picture.Width, picture.Height, _frame.Width, _frame.Height);
        return fitted.ResizedWidth == picture.Width && fitted.ResizedHeight == picture.Height
            ? picture
            : Resampling.Resize(picture, fitted.ResizedWidth, fitted.ResizedHeight, _source.Filter);
    }

    /// <summary>Keeps a photo if it fits. Two threads may decode the same photo at once; the first to finish is kept.</summary>
    private Picture Keep(int index, Picture picture)
    {
        var bytes = picture.Pixels.Length;
        if (Interlocked.Add(ref _keptBytes, bytes) > _limitBytes)
        {
            Interlocked.Add(ref _keptBytes, -bytes);
            return picture;
        }

        if (Interlocked.CompareExchange(ref _kept[index], picture, null) is not { } earlier) return picture;
        Interlocked.Add(ref _keptBytes, -bytes);
        return earlier;
    }

    private void Report(DatasetProblem problem)
    {
        lock (_reporting) _source.OnProblem?.Invoke(problem);
    }
}
