using System.IO.Compression;

namespace Espalier.Networks;

/// <summary>The zip archive that a <c>.pt</c> file is: one pickle and a file of raw numbers for each storage.</summary>
internal sealed class TorchArchive : IDisposable
{
    private const int MaxPickle = 1 << 24;
    private const int MaxEntries = 100_000;

    private readonly string _source;
    private readonly ZipArchive _archive;
    private readonly string _prefix;
    private readonly Dictionary<PickleStorage, float[]> _storages = [];
    private long _budget;

    /// <summary>Opens an archive.</summary>
    /// <exception cref="WeightsException">It is none, or not PyTorch's.</exception>
    public TorchArchive(Stream stream, string source)
    {
        _source = source;

        // A file of numbers holds at most one a byte; twice that leaves room for tensors that share a storage, and for no bomb of views.
        _budget = 2 * stream.Length;
        _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        if (_archive.Entries.Count > MaxEntries) throw Damaged($"it has {_archive.Entries.Count} entries");
        var pickle = _archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new WeightsException($"{source} is a zip archive, but no PyTorch checkpoint: it has no data.pkl.");
        if (_archive.Entries.Any(entry => entry.FullName.EndsWith("/constants.pkl", StringComparison.Ordinal)))
            throw new WeightsException($"{source} is a TorchScript file, made to be run: it can be neither trained nor pruned; "
                + $"take the best.pt that it was exported from.");
        _prefix = pickle.FullName[..^"data.pkl".Length];
        if (_archive.GetEntry(_prefix + "byteorder") is { } order && Bytes(order, 16) is { } word
            && !word.AsSpan().SequenceEqual("little"u8))
            throw new WeightsException($"{source} was written on a big-endian machine, which is not supported.");
    }

    /// <summary>The pickle.</summary>
    public byte[] Pickle => Bytes(_archive.GetEntry(_prefix + "data.pkl")!, MaxPickle);

    /// <summary>A tensor's values, row-major.</summary>
    /// <exception cref="WeightsException">The storage is missing or damaged.</exception>
    public WeightArray Values(PickleTensor tensor)
    {
        _budget -= WeightArray.Count(tensor.Shape);
        if (_budget < 0) throw Damaged("its tensors are larger than the file");
        var storage = Storage(tensor.Storage);
        var values = new float[WeightArray.Count(tensor.Shape)];
        var index = new int[tensor.Shape.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var place = tensor.Offset;
            for (var dimension = 0; dimension < index.Length; dimension++) place += index[dimension] * tensor.Strides[dimension];
            values[i] = storage[place];
            for (var dimension = index.Length - 1; dimension >= 0 && ++index[dimension] == tensor.Shape[dimension]; dimension--)
                index[dimension] = 0;
        }

        return new WeightArray(tensor.Shape, values);
    }

    public void Dispose() => _archive.Dispose();

    private float[] Storage(PickleStorage storage)
    {
        if (_storages.TryGetValue(storage, out var known)) return known;
        var entry = _archive.GetEntry($"{_prefix}data/{storage.Key}") ?? throw Damaged($"the numbers '{storage.Key}' are missing");
        if (entry.Length != storage.Count * storage.Type.Size())
            throw Damaged($"the numbers '{storage.Key}' take {entry.Length} bytes where {storage.Count * storage.Type.Size()} belong");
        var values = new float[storage.Count];
        storage.Type.Decode(Bytes(entry, int.MaxValue), values);
        return _storages[storage] = values;
    }

    /// <summary>PyTorch never compresses, so an entry cannot grow beyond the file; its checksum is verified.</summary>
    private byte[] Bytes(ZipArchiveEntry entry, int most)
    {
        if (entry.Length > most || entry.CompressedLength != entry.Length) throw Damaged($"'{entry.Name}' is too large or compressed");
        var bytes = new byte[entry.Length];
        using (var stream = entry.Open()) stream.ReadExactly(bytes);
        return Crc32.Of(bytes) == entry.Crc32 ? bytes : throw Damaged($"the checksum of '{entry.Name}' does not match");
    }

    private WeightsException Damaged(string reason) => new($"{_source} is damaged or no PyTorch checkpoint: {reason}.");
}
