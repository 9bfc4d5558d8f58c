using System.Buffers.Binary;
using System.Text;

namespace Espalier.Datasets.Hdf5;

/// <summary>Writes a group's names: a heap, nodes of symbols, and a B-tree over them, filled from the left.</summary>
internal sealed class SymbolTableWriter(Hdf5Writer writer)
{
    /// <summary>Half the symbols of a node.</summary>
    public const int LeafRank = 4;

    /// <summary>Half the children of a B-tree's node.</summary>
    public const int NodeRank = 16;

    private const int SymbolSize = 40;

    /// <summary>Writes the table and gives the body of the message that refers to it.</summary>
    public byte[] Write(IReadOnlyList<(string Name, long Address)> members)
    {
        var sorted = members.OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
        var offsets = WriteHeap(sorted, out var heap);
        var tree = WriteTree(WriteLeaves(sorted, offsets));
        var message = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(message, tree);
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8), heap);
        return message;
    }

    private long[] WriteHeap(List<(string Name, long Address)> members, out long heap)
    {
        // Offset 0 holds the empty name, the B-tree's lowest key.
        using var names = new MemoryStream();
        names.Write(new byte[8]);
        var offsets = new long[members.Count];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = names.Length;
            names.Write(Encoding.UTF8.GetBytes(members[i].Name));
            names.Write(new byte[8 - (int)(names.Length & 7)]);
        }

        var header = new byte[32];
        "HEAP"u8.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), names.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), 1); // No free block.
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), writer.NextAddress + header.Length);
        heap = writer.Append(header);
        writer.Append(names.GetBuffer().AsSpan(0, (int)names.Length));
        return offsets;
    }

    private List<(long Address, long LastKey)> WriteLeaves(List<(string Name, long Address)> members, long[] offsets)
    {
        var leaves = new List<(long, long)>();
        for (var start = 0; start < members.Count; start += 2 * LeafRank)
        {
            var count = Math.Min(2 * LeafRank, members.Count - start);
            var node = new byte[8 + 2 * LeafRank * SymbolSize];
            "SNOD"u8.CopyTo(node);
            node[4] = 1;
            node[6] = (byte)count;
            for (var i = 0; i < count; i++)
            {
                var symbol = node.AsSpan(8 + i * SymbolSize);
                BinaryPrimitives.WriteInt64LittleEndian(symbol, offsets[start + i]);
                BinaryPrimitives.WriteInt64LittleEndian(symbol[8..], members[start + i].Address);
            }

            leaves.Add((writer.Append(node), offsets[start + count - 1]));
        }

        return leaves;
    }

    private long WriteTree(List<(long Address, long LastKey)> children)
    {
        const int Children = 2 * NodeRank;
        const int NodeSize = 24 + 8 * (2 * Children + 1);
        for (byte level = 0; ; level++)
        {
            var nodes = new List<(long, long)>();
            long lowestKey = 0;
            var first = writer.NextAddress;
            var count = Math.Max(1, (children.Count + Children - 1) / Children);
            for (var n = 0; n < count; n++)
            {
                var own = children.GetRange(n * Children, Math.Min(Children, children.Count - n * Children));
                var node = new byte[NodeSize];
                "TREE"u8.CopyTo(node);
                node[5] = level;
                node[6] = (byte)own.Count;
                BinaryPrimitives.WriteInt64LittleEndian(node.AsSpan(8), n == 0 ? -1 : first + (n - 1L) * NodeSize);
                BinaryPrimitives.WriteInt64LittleEndian(node.AsSpan(16), n == count - 1 ? -1 : first + (n + 1L) * NodeSize);
                BinaryPrimitives.WriteInt64LittleEndian(node.AsSpan(24), lowestKey);
                for (var i = 0; i < own.Count; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(node.AsSpan(32 + 16 * i), own[i].Address);
                    BinaryPrimitives.WriteInt64LittleEndian(node.AsSpan(40 + 16 * i), own[i].LastKey);
                    lowestKey = own[i].LastKey;
                }

                nodes.Add((writer.Append(node), lowestKey));
            }

            if (nodes.Count == 1) return nodes[0].Item1;
            children = nodes;
        }
    }
}
