using System.Buffers.Binary;

namespace Espalier.Datasets.Hdf5;

/// <summary>
/// The part of HDF5 that MATLAB 7.3 writes: superblock 0 behind a user block, version-1 headers, groups as symbol tables,
/// data sets contiguous, compact, or in pieces with deflate and shuffle, numbers and object references. Objects are
/// fetched by address when asked for, so that following a reference costs one header and not a search.
/// </summary>
/// <remarks>
/// For one pass over the file: the work that it will do is bounded by the file's length (see <see cref="Hdf5Storage.Spend"/>),
/// whatever the bytes say. Whatever is wrong with them, <see cref="Hdf5Exception"/> is what is thrown. Not for several threads.
/// </remarks>
internal sealed class Hdf5File : IDisposable
{
    private const long MaximumDatasetBytes = 1 << 28;
    private static readonly byte[] Signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];
    private readonly Hdf5Storage _storage;

    private Hdf5File(Hdf5Storage storage)
    {
        _storage = storage;
        Root = ReadSuperblock();
    }

    /// <summary>The address of the root group.</summary>
    public long Root { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="Hdf5Exception">It is not there, not HDF5, truncated, or of a newer form.</exception>
    public static Hdf5File Open(string path)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new Hdf5Exception(File.Exists(path) ? $"{path} cannot be opened: {exception.Message.TrimEnd('.')}."
                : $"There is no file {path}.", exception);
        }

        return Open(stream, path);
    }

    /// <summary>Opens a stream that can seek, and takes it over.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">What messages call them.</param>
    public static Hdf5File Open(Stream stream, string name)
    {
        try
        {
            return new Hdf5File(new Hdf5Storage(stream, name));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The object whose header lies at an address.</summary>
    public Hdf5Object ObjectAt(long address) => ObjectHeaderReader.Read(_storage, address);

    /// <summary>A group's members: their names and addresses.</summary>
    public List<(string Name, long Address)> Members(Hdf5Object group, int maximum) =>
        SymbolTableReader.Read(_storage, group.Links ?? throw _storage.Error($"the object at {group.Address} is no group"), maximum);

    /// <summary>How many elements a data set has; 0 where MATLAB marked it as empty.</summary>
    public long Count(Hdf5Object dataset)
    {
        var dimensions = dataset.Dimensions ?? throw _storage.Error($"the object at {dataset.Address} is no data set");
        if (dataset.MatlabEmpty) return 0;
        long count = 1;
        foreach (var extent in dimensions)
        {
            if (extent != 0 && count > MaximumDatasetBytes / extent)
                throw _storage.Error($"the data set at {dataset.Address} is too large");
            count *= extent;
        }

        return count;
    }

    /// <summary>A data set's numbers, fixed or floating point, in the order of the file.</summary>
    public double[] ReadNumbers(Hdf5Object dataset, int maximum)
    {
        if (dataset.Datatype is not { Class: Hdf5Class.FixedPoint or Hdf5Class.FloatingPoint } type)
            throw _storage.Error($"the data set at {dataset.Address} does not hold numbers");
        var bytes = ReadBytes(dataset, maximum);
        var result = new double[bytes.Length / type.Size];
        for (var i = 0; i < result.Length; i++) result[i] = Number(bytes.AsSpan(i * type.Size, type.Size), type);
        return result;
    }

    /// <summary>A data set's text: MATLAB stores 16-bit characters as numbers.</summary>
    public string ReadText(Hdf5Object dataset, int maximum)
    {
        if (dataset.Datatype is not { Class: Hdf5Class.FixedPoint, Size: <= 2 })
            throw _storage.Error($"the data set at {dataset.Address} does not hold text");
        return new string(Array.ConvertAll(ReadNumbers(dataset, maximum), number => (char)(ushort)number));
    }

    /// <summary>A data set's references: the addresses of objects.</summary>
    public long[] ReadReferences(Hdf5Object dataset, int maximum)
    {
        if (dataset.Datatype is not { Class: Hdf5Class.Reference })
            throw _storage.Error($"the data set at {dataset.Address} does not hold references");
        var bytes = ReadBytes(dataset, maximum);
        var result = new long[bytes.Length / 8];
        for (var i = 0; i < result.Length; i++) result[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * i));
        return result;
    }

    /// <summary>The exception for something wrong with this file.</summary>
    public Hdf5Exception Error(string what) => _storage.Error(what);

    /// <inheritdoc/>
    public void Dispose() => _storage.Dispose();

    private byte[] ReadBytes(Hdf5Object dataset, int maximum)
    {
        var count = Count(dataset);
        if (count > maximum)
            throw _storage.Error($"the data set at {dataset.Address} has {count} elements, at most {maximum} make sense here");
        var length = count * dataset.Datatype!.Value.Size;
        if (length > MaximumDatasetBytes) throw _storage.Error($"the data set at {dataset.Address} is too large");
        if (dataset.Layout is ContiguousLayout { Address: not -1 } piece)
        {
            if (piece.Size < length)
                throw _storage.Error($"the data set at {dataset.Address} has {piece.Size} bytes where {length} are needed");
            _storage.Check(piece.Address, length);
        }

        _storage.Spend(1 + length / 512);
        var bytes = new byte[length];
        switch (dataset.Layout)
        {
            case ContiguousLayout { Address: not -1 } contiguous: _storage.Copy(contiguous.Address, bytes); break;
            case ChunkedLayout: ChunkReader.Read(_storage, dataset, bytes); break;
            case null: throw _storage.Error($"the object at {dataset.Address} is no data set");
        }

        return bytes;
    }

    private static double Number(Span<byte> bytes, Hdf5Datatype type)
    {
        if (type.BigEndian) bytes.Reverse();
        if (type.Class == Hdf5Class.FloatingPoint)
        {
            return type.Size == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes);
        }

        ulong value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--) value = value << 8 | bytes[i];
        if (!type.Signed) return value;
        var unused = 64 - 8 * bytes.Length;
        return (long)(value << unused) >> unused;
    }

    private long ReadSuperblock()
    {
        var start = FindSignature();
        _storage.BaseAddress = start;
        int version = _storage.Byte(8), offsets = _storage.Byte(13), lengths = _storage.Byte(14);
        if (version > 1) throw _storage.Error($"its superblock has version {version}, MATLAB 7.3 writes 0");
        if (offsets != 8 || lengths != 8) throw _storage.Error($"its addresses have {offsets} and {lengths} bytes, MATLAB 7.3 writes 8");
        var fields = version == 0 ? 24 : 28;
        long baseAddress = _storage.Int64(fields), end = _storage.Int64(fields + 16), root = _storage.Int64(fields + 40);
        if (baseAddress < 0 || baseAddress > _storage.FileLength)
            throw _storage.Error($"its base address {(ulong)baseAddress} lies outside it");
        if (end > _storage.FileLength) throw _storage.Error($"it is truncated ({_storage.FileLength} of {end} bytes)");
        _storage.BaseAddress = baseAddress;
        return root;
    }

    // The user block's length is 0, 512, 1024, 2048, …
    private long FindSignature()
    {
        Span<byte> bytes = stackalloc byte[8];
        for (long position = 0; position + 96 <= _storage.FileLength; position = position == 0 ? 512 : position * 2)
        {
            _storage.Copy(position, bytes);
            if (bytes.SequenceEqual(Signature)) return position;
        }

        throw _storage.Error("it has no HDF5 signature (older .mat files must be saved again with -v7.3)");
    }
}
