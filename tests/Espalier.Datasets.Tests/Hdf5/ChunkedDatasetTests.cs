using System.Buffers.Binary;
using System.IO.Compression;
using Espalier.Datasets.Hdf5;
using PureHDF;

namespace Espalier.Tests.Hdf5;

public class ChunkedDatasetTests
{
    /// <summary>MATLAB compresses long arrays, such as the list of references of a large struct array.</summary>
    [Theory]
    [InlineData(1, 7, 1, 3, false, false)]
    [InlineData(1, 1000, 1, 64, true, false)]
    [InlineData(13, 11, 4, 5, true, true)]
    [InlineData(5, 5, 8, 8, false, true)]
    [InlineData(40, 3, 1, 1, true, true)]
    public void Data_in_pieces_read_as_they_were_written(int rows, int columns, int chunkRows, int chunkColumns, bool deflate, bool shuffle)
    {
        var random = new Random(rows * columns);
        var values = Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble()).ToArray();
        using var folder = new TemporaryFolder();
        var path = folder.File("chunked.mat");
        File.WriteAllBytes(path, Write(values, rows, columns, chunkRows, chunkColumns, deflate, shuffle));

        using var file = Hdf5File.Open(path);
        var dataset = file.ObjectAt(file.Members(file.ObjectAt(file.Root), 1)[0].Address);

        Assert.Equal(values, file.ReadNumbers(dataset, values.Length));
        using var oracle = H5File.OpenRead(path);
        Assert.Equal(values, oracle.Dataset("x").Read<double[]>());
    }

    private static byte[] Write(double[] values, int rows, int columns, int chunkRows, int chunkColumns, bool deflate, bool shuffle)
    {
        using var stream = new MemoryStream();
        var writer = new Hdf5Writer(stream);
        var chunks = new List<(long Address, int Size, int Row, int Column)>();
        for (var row = 0; row < rows; row += chunkRows)
        {
            for (var column = 0; column < columns; column += chunkColumns)
            {
                var bytes = Filter(Cut(values, rows, columns, row, column, chunkRows, chunkColumns), deflate, shuffle);
                chunks.Add((writer.Append(bytes), bytes.Length, row, column));
            }
        }

        byte[] layout = [3, 2, 3, .. Int64(WriteTree(writer, chunks)), .. Int32(chunkRows), .. Int32(chunkColumns), .. Int32(8)];
        byte[] filters = [1, (byte)((shuffle ? 1 : 0) + (deflate ? 1 : 0)), 0, 0, 0, 0, 0, 0, .. shuffle ? FilterOf(2, 8) : [], .. deflate
            ? FilterOf(1, 6) : []];
        var address = writer.WriteHeader(
            [
                (0x01, Hdf5Messages.Dataspace([rows, columns])),
                (0x03, Hdf5Messages.DoubleType),
                (0x05, Hdf5Messages.NoFillValue),
                (0x0B, filters),
                (0x08, layout),
            ],
            []
        );
        writer.Finish([("x", address)]);
        return stream.ToArray();
    }

    private static byte[] Cut(double[] values, int rows, int columns, int row, int column, int chunkRows, int chunkColumns)
    {
        var bytes = new byte[chunkRows * chunkColumns * 8];
        for (var i = 0; i < chunkRows * chunkColumns; i++)
        {
            int y = row + i / chunkColumns, x = column + i % chunkColumns;
            if (y < rows && x < columns) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), values[y * columns + x]);
        }

        return bytes;
    }

    private static byte[] Filter(byte[] bytes, bool deflate, bool shuffle)
    {
        if (shuffle) bytes = [.. Enumerable.Range(0, bytes.Length).Select(i => bytes[i % (bytes.Length / 8) * 8 + i / (bytes.Length / 8)])];
        if (!deflate) return bytes;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest)) zlib.Write(bytes);
        return packed.ToArray();
    }

    // Leaves of at most eight pieces below one root, so that both levels are walked.
    private static long WriteTree(Hdf5Writer writer, List<(long Address, int Size, int Row, int Column)> chunks)
    {
        var leaves = chunks.Chunk(8).Select(own => (Address: WriteNode(writer, 0, [.. own]), own[0].Size, own[0].Row, own[0].Column))
            .ToList();
        return leaves.Count == 1 ? leaves[0].Address : WriteNode(writer, 1, leaves);
    }

    private static long WriteNode(Hdf5Writer writer, byte level, List<(long Address, int Size, int Row, int Column)> children)
    {
        List<byte> node = [.. "TREE"u8, 1, level, (byte)children.Count, 0, .. Int64(-1), .. Int64(-1)];
        foreach (var child in children)
            node.AddRange([.. Int32(child.Size), .. Int32(0), .. Int64(child.Row), .. Int64(child.Column), .. Int64(0),
                .. Int64(child.Address)]);
        node.AddRange([.. Int32(0), .. Int32(0), .. Int64(1 << 20), .. Int64(1 << 20), .. Int64(0)]);
        return writer.Append([.. node]);
    }

    private static byte[] FilterOf(byte kind, int parameter) => [kind, 0, 0, 0, 0, 0, 1, 0, .. Int32(parameter), .. Int32(0)];

    private static byte[] Int32(int value) => BitConverter.GetBytes(value);

    private static byte[] Int64(long value) => BitConverter.GetBytes(value);
}
