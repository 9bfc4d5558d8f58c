namespace Espalier.Datasets.Hdf5;

/// <summary>Reads version-1 object headers (HDF5 file format specification, IV.A.1.a) with their continuations.</summary>
internal static class ObjectHeaderReader
{
    private const int MaximumRank = 32;
    private static readonly byte[] EmptyMark = "MATLAB_empty"u8.ToArray();

    /// <summary>The object whose header lies at an address.</summary>
    public static Hdf5Object Read(Hdf5Storage storage, long address)
    {
        if (storage.Byte(address) != 1) throw storage.Error($"there is no version-1 object header at {address}");
        var result = new Hdf5Object { Address = address };
        int left = storage.UInt16(address + 2);
        var blocks = new Queue<(long Address, long Size)>();
        blocks.Enqueue((address + 16, storage.UInt32(address + 8)));
        while (left > 0 && blocks.TryDequeue(out var block))
        {
            storage.Check(block.Address, block.Size);
            storage.Spend(1);
            var end = block.Address + block.Size;
            for (var position = block.Address; left > 0 && position + 8 <= end; left--)
            {
                storage.Spend(1);
                int kind = storage.UInt16(position), size = storage.UInt16(position + 2), flags = storage.Byte(position + 4);
                position += 8;
                if (position + size > end) throw storage.Error($"a message of the object header at {address} reaches past its block");
                if (kind == 0x10) blocks.Enqueue((storage.Int64(position), storage.Int64(position + 8)));
                else Apply(storage, result, kind, position, size, shared: (flags & 2) != 0);
                position += size;
            }
        }

        return result;
    }

    private static void Apply(Hdf5Storage storage, Hdf5Object target, int kind, long position, int size, bool shared)
    {
        if (shared && kind is 0x01 or 0x03 or 0x08 or 0x0B)
            throw storage.Error($"the object at {target.Address} shares parts of its header, which MATLAB never does");
        switch (kind)
        {
            case 0x01: target.Dimensions = ReadDataspace(storage, position); break;
            case 0x03: target.Datatype = ReadDatatype(storage, position); break;
            case 0x08: target.Layout = ReadLayout(storage, position, size); break;
            case 0x0B: target.Filters = ReadFilters(storage, position); break;
            case 0x0C when size >= 8: target.MatlabEmpty |= IsEmptyMark(storage, position, size); break;
            case 0x11: target.Links = new SymbolTable(storage.Int64(position), storage.Int64(position + 8)); break;
        }
    }

    private static long[] ReadDataspace(Hdf5Storage storage, long position)
    {
        int version = storage.Byte(position), rank = storage.Byte(position + 1);
        if (version is not (1 or 2)) throw storage.Error($"version {version} of a dataspace is unknown");
        if (rank > MaximumRank) throw storage.Error($"a data set has {rank} dimensions, at most {MaximumRank} are allowed");
        if (version == 2 && storage.Byte(position + 3) == 2) return [0];
        var dimensions = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            dimensions[i] = storage.Int64(position + (version == 1 ? 8 : 4) + 8 * i);
            if (dimensions[i] < 0) throw storage.Error("a data set's extent is too large");
        }

        return dimensions;
    }

    private static Hdf5Datatype ReadDatatype(Hdf5Storage storage, long position)
    {
        var bits = storage.UInt32(position);
        var size = storage.UInt32(position + 4);
        if (size is 0 or > 1 << 20) throw storage.Error($"an element of {size} bytes is impossible");
        var kind = (int)(bits & 15) switch
        {
            0 when size <= 8 => Hdf5Class.FixedPoint,
            1 when size is 4 or 8 && (bits & 0x4000) == 0 => Hdf5Class.FloatingPoint,
            7 when size == 8 && ((bits >> 8) & 15) == 0 => Hdf5Class.Reference,
            _ => Hdf5Class.Other,
        };
        return new Hdf5Datatype(kind, (int)size, Signed: (bits & 0x800) != 0, BigEndian: (bits & 0x100) != 0);
    }

    private static Hdf5Layout ReadLayout(Hdf5Storage storage, long position, int size)
    {
        int version = storage.Byte(position), kind = storage.Byte(position + 1);
        if (version != 3) throw storage.Error($"version {version} of a data layout is not one that MATLAB writes (3)");
        return kind switch
        {
            0 when storage.UInt16(position + 2) is var bytes && bytes + 4 <= size => new ContiguousLayout(position + 4, bytes),
            1 => new ContiguousLayout(storage.Int64(position + 2), storage.Int64(position + 10)),
            2 => ReadChunkedLayout(storage, position),
            _ => throw storage.Error($"a data layout of kind {kind} cannot be read"),
        };
    }

    private static ChunkedLayout ReadChunkedLayout(Hdf5Storage storage, long position)
    {
        // The stored rank counts one dimension more: the bytes of an element.
        var rank = storage.Byte(position + 2) - 1;
        if (rank is < 1 or > MaximumRank)
            throw storage.Error($"a data set in pieces has {rank} dimensions, 1 to {MaximumRank} are allowed");
        var dimensions = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            var extent = storage.UInt32(position + 11 + 4 * i);
            if (extent is 0 or > int.MaxValue) throw storage.Error($"a piece of a data set has the impossible extent {extent}");
            dimensions[i] = (int)extent;
        }

        return new ChunkedLayout(storage.Int64(position + 3), dimensions);
    }

    private static Hdf5Filter[] ReadFilters(Hdf5Storage storage, long position)
    {
        int version = storage.Byte(position), count = storage.Byte(position + 1);
        if (version is not (1 or 2) || count > 32)
            throw storage.Error($"version {version} of a filter list with {count} filters is unknown");
        var filters = new Hdf5Filter[count];
        position += version == 1 ? 8 : 2;
        for (var i = 0; i < count; i++)
        {
            int kind = storage.UInt16(position);
            position += 2;
            int nameLength = 0;
            if (version == 1 || kind >= 256)
            {
                nameLength = storage.UInt16(position);
                position += 2;
            }

            int parameters = storage.UInt16(position + 2);
            position += 4 + (version == 1 ? (nameLength + 7) & ~7 : nameLength);
            filters[i] = new Hdf5Filter(kind, parameters > 0 ? (int)storage.UInt32(position) : 0);
            position += 4 * (version == 1 ? (parameters + 1) & ~1 : parameters);
        }

        return filters;
    }

    private static bool IsEmptyMark(Hdf5Storage storage, long position, int size)
    {
        // Version 1 pads, versions 2 and 3 do not; 3 has one byte more for the name's encoding.
        int version = storage.Byte(position), nameSize = storage.UInt16(position + 2);
        var name = position + (version == 3 ? 9 : 8);
        if (nameSize != EmptyMark.Length + 1 || name + nameSize > position + size) return false;
        Span<byte> bytes = stackalloc byte[EmptyMark.Length];
        storage.Copy(name, bytes);
        return bytes.SequenceEqual(EmptyMark);
    }
}
