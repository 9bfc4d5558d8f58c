using System.Text;

namespace Espalier.Datasets.Hdf5;

/// <summary>Lists a group: a version-1 B-tree whose leaves are nodes of symbols,
/// names in a local heap (specification III.A, III.B, III.D).</summary>
internal static class SymbolTableReader
{
    private const int MaximumDepth = 16;
    private const int MaximumNameLength = 1024;

    /// <summary>The names of a group and the addresses of what they name.</summary>
    /// <param name="storage">The file.</param>
    /// <param name="table">The group.</param>
    /// <param name="maximumLinks">How many names are allowed.</param>
    public static List<(string Name, long Address)> Read(Hdf5Storage storage, SymbolTable table, int maximumLinks)
    {
        storage.CheckSignature(table.HeapAddress, "HEAP"u8, "heap of names");
        var heapSize = storage.Int64(table.HeapAddress + 8);
        var heap = storage.Int64(table.HeapAddress + 24);
        storage.Check(heap, heapSize);
        var links = new List<(string, long)>();
        Walk(table.TreeAddress, depth: 0);
        return links;

        void Walk(long address, int depth)
        {
            if (depth > MaximumDepth) throw storage.Error($"the B-tree at {table.TreeAddress} is deeper than {MaximumDepth} levels");
            storage.Spend(1);
            storage.CheckSignature(address, "TREE"u8, "B-tree");
            if (storage.Byte(address + 4) != 0) throw storage.Error($"the B-tree at {address} is not one of names");
            var isLeaf = storage.Byte(address + 5) == 0;
            int count = storage.UInt16(address + 6);
            for (var i = 0; i < count; i++)
            {
                var child = storage.Int64(address + 32 + 16L * i);
                if (isLeaf) ReadSymbols(child);
                else Walk(child, depth + 1);
            }
        }

        void ReadSymbols(long address)
        {
            storage.CheckSignature(address, "SNOD"u8, "node of symbols");
            int count = storage.UInt16(address + 6);
            for (var i = 0; i < count; i++)
            {
                storage.Spend(1);
                if (links.Count == maximumLinks) throw storage.Error($"a group has more than {maximumLinks} members");
                var entry = address + 8 + 40L * i;
                links.Add((ReadName(storage.Int64(entry)), storage.Int64(entry + 8)));
            }
        }

        string ReadName(long offset)
        {
            Span<byte> bytes = stackalloc byte[MaximumNameLength];
            for (var length = 0; length < MaximumNameLength && offset >= 0 && offset < heapSize - length; length++)
            {
                bytes[length] = storage.Byte(heap + offset + length);
                if (bytes[length] == 0) return Encoding.UTF8.GetString(bytes[..length]);
            }

            throw storage.Error($"the name at {offset} of the heap at {table.HeapAddress} has no end");
        }
    }
}
