using System.IO.Compression;

namespace Espalier.Datasets.Hdf5;

/// <summary>Puts together a data set that is stored in pieces (specification III.A.1, node type 1), undoing deflate and shuffle.</summary>
internal static class ChunkReader
{
    private const int MaximumDepth = 16;
    private const long MaximumChunkBytes = 1 << 26;

    /// <summary>Fills the bytes of the whole data set; what no piece covers stays as it is.</summary>
    /// <param name="storage">The file.</param>
    /// <param name="source">The data set, whose layout is chunked.</param>
    /// <param name="target">Its elements, <c>product of extents × element size</c> bytes.</param>
    public static void Read(Hdf5Storage storage, Hdf5Object source, Span<byte> target)
    {
        var layout = (ChunkedLayout)source.Layout!;
        var dimensions = source.Dimensions!;
        if (layout.TreeAddress == -1 || target.Length == 0) return;
        if (dimensions.Length != layout.ChunkDimensions.Length)
            throw storage.Error("a data set and its pieces differ in their number of dimensions");
        long chunkBytes = source.Datatype!.Value.Size;
        long chunkCount = 1;
        for (var i = 0; i < dimensions.Length; i++)
        {
            chunkBytes *= layout.ChunkDimensions[i];
            if (chunkBytes > MaximumChunkBytes) throw storage.Error($"a piece of a data set is larger than {MaximumChunkBytes} bytes");
            chunkCount *= (dimensions[i] + layout.ChunkDimensions[i] - 1) / layout.ChunkDimensions[i];
        }

        var walk = new TreeWalk(storage, source, layout, chunkCount, (int)chunkBytes);
        walk.Visit(layout.TreeAddress, target, depth: 0);
    }

    private sealed class TreeWalk(Hdf5Storage storage, Hdf5Object source, ChunkedLayout layout, long chunksLeft, int chunkBytes)
    {
        private readonly int _rank = layout.ChunkDimensions.Length;

        public void Visit(long address, Span<byte> target, int depth)
        {
            if (depth > MaximumDepth) throw storage.Error($"the B-tree at {layout.TreeAddress} is deeper than {MaximumDepth} levels");
            storage.Spend(1);
            storage.CheckSignature(address, "TREE"u8, "B-tree");
            if (storage.Byte(address + 4) != 1) throw storage.Error($"the B-tree at {address} is not one of pieces");
            var isLeaf = storage.Byte(address + 5) == 0;
            int count = storage.UInt16(address + 6);
            var keySize = 8 + 8 * (_rank + 1);
            for (var i = 0; i < count; i++)
            {
                var key = address + 24 + (long)i * (keySize + 8);
                var child = storage.Int64(key + keySize);
                if (isLeaf) ReadChunk(key, child, target);
                else Visit(child, target, depth + 1);
            }
        }

        private void ReadChunk(long key, long address, Span<byte> target)
        {
            if (--chunksLeft < 0) throw storage.Error("a data set has more pieces than fit it");
            int size = (int)Math.Min(storage.UInt32(key), int.MaxValue);
            storage.Check(address, size);
            storage.Spend(1 + (size + chunkBytes) / 512);
            var bytes = new byte[size];
            storage.Copy(address, bytes);
            bytes = Unfilter(bytes, storage.UInt32(key + 4));
            if (bytes.Length != chunkBytes) throw storage.Error($"a piece of a data set has {bytes.Length} bytes, not {chunkBytes}");
            var origin = new long[_rank];
            for (var i = 0; i < _rank; i++)
            {
                origin[i] = storage.Int64(key + 8 + 8 * i);
                if (origin[i] < 0 || origin[i] >= source.Dimensions![i]) throw storage.Error("a piece of a data set lies outside it");
            }

            Place(bytes, origin, target);
        }

        private byte[] Unfilter(byte[] bytes, uint skipMask)
        {
            for (var i = source.Filters.Length - 1; i >= 0; i--)
            {
                if ((skipMask >> i & 1) != 0) continue;
                bytes = source.Filters[i].Kind switch
                {
                    1 => Inflate(bytes),
                    2 => Unshuffle(bytes, source.Datatype!.Value.Size),
                    var kind => throw storage.Error($"filter {kind} is not one that MATLAB uses (1 deflate, 2 shuffle)"),
                };
            }

            return bytes;
        }

        private byte[] Inflate(byte[] bytes)
        {
            var result = new byte[chunkBytes];
            try
            {
                using var inflater = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
                if (inflater.ReadAtLeast(result, chunkBytes, throwOnEndOfStream: false) == chunkBytes && inflater.ReadByte() < 0)
                    return result;
            }
            catch (InvalidDataException exception)
            {
                throw storage.Error("a compressed piece of a data set is damaged", exception);
            }

            throw storage.Error("a compressed piece of a data set has another length than it should");
        }

        // Shuffle stores all first bytes, then all second bytes, …: element e, byte b lies at b · count + e.
        private static byte[] Unshuffle(byte[] bytes, int elementSize)
        {
            var count = bytes.Length / elementSize;
            var result = (byte[])bytes.Clone();
            for (var b = 0; b < elementSize; b++)
            {
                for (var e = 0; e < count; e++) result[e * elementSize + b] = bytes[b * count + e];
            }

            return result;
        }

        // Row by row along the fastest dimension; what hangs over the data set's edge is padding.
        private void Place(byte[] chunk, long[] origin, Span<byte> target)
        {
            var extents = source.Dimensions!;
            var elementSize = source.Datatype!.Value.Size;
            var last = _rank - 1;
            var rowBytes = (int)Math.Min(layout.ChunkDimensions[last], extents[last] - origin[last]) * elementSize;
            var rows = chunkBytes / elementSize / layout.ChunkDimensions[last];
            for (var row = 0; row < rows; row++)
            {
                long targetElement = 0, stride = extents[last], remainder = row;
                var inside = true;
                for (var i = last - 1; i >= 0; i--)
                {
                    var at = origin[i] + remainder % layout.ChunkDimensions[i];
                    remainder /= layout.ChunkDimensions[i];
                    inside &= at < extents[i];
                    targetElement += at * stride;
                    stride *= extents[i];
                }

                if (!inside) continue;
                var run = chunk.AsSpan(row * layout.ChunkDimensions[last] * elementSize, rowBytes);
                run.CopyTo(target[(int)((targetElement + origin[last]) * elementSize)..]);
            }
        }
    }
}
