using System.Buffers.Binary;

namespace Espalier.Tests.BadInput;

/// <summary>A digitStruct.mat that is none: one sentence with its path, and no output folder.</summary>
public sealed class StreetFileTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly byte[] _bytes;

    public StreetFileTests()
    {
        _workspace.SvhnFolder();
        _bytes = System.IO.File.ReadAllBytes(File());
    }

    [Fact]
    public void File_that_is_not_hdf5() => Refused("no HDF5 signature", "MATLAB 5.0 MAT-file, Platform: GLNXA64"u8.ToArray());

    [Fact]
    public void Truncated_file() => Refused("truncated", _bytes[..(_bytes.Length * 2 / 3)]);

    [Fact]
    public void File_without_digitStruct() => Refused("no variable digitStruct", Replaced("digitStruct\0"u8, "digitStrict\0"u8));

    [Fact]
    public void File_whose_root_lies_outside_itself()
    {
        var bytes = (byte[])_bytes.Clone();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(512 + 64), 1L << 40);

        Refused("outside itself", bytes);
    }

    [Fact]
    public void File_with_a_reference_outside_itself()
    {
        // MATLAB's references are the addresses of objects: the first one that is found points far beyond the end.
        var bytes = (byte[])_bytes.Clone();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(FirstReferences(bytes)), 1L << 40);

        Refused("outside itself", bytes);
    }

    public void Dispose() => _workspace.Dispose();

    private void Refused(string reason, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(), bytes);

        var sentence = _workspace.Refusal("data", "svhn", _workspace.At("street"), "--output", _workspace.At("new", "out"));

        Assert.Contains(reason, sentence, StringComparison.Ordinal);
        Assert.Contains(File(), sentence, StringComparison.Ordinal);
    }

    private string File() => _workspace.At("street", "digitStruct.mat");

    private byte[] Replaced(ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        var copy = (byte[])_bytes.Clone();
        replacement.CopyTo(copy.AsSpan(copy.AsSpan().IndexOf(old)));
        return copy;
    }

    /// <summary>Where the references to the ten names stand: ten rising addresses in a row, the longest such run in the file.</summary>
    private static int FirstReferences(byte[] bytes)
    {
        for (var start = 512 + 96; start + 80 <= bytes.Length; start++)
        {
            var addresses = Enumerable.Range(0, 10).Select(i => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(start + 8 * i)))
                .ToArray();
            if (addresses[0] >= 96 && addresses[9] < bytes.Length && addresses.Zip(addresses.Skip(1))
                .All(pair => pair.Second - pair.First is > 39 and < 65536))
                return start;
        }

        throw new InvalidOperationException("no references were found");
    }
}
