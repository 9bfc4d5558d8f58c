using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Espalier.Tests;

/// <summary>Writes small <c>.pt</c> files as PyTorch would: protocol 2 and raw storages in a zip archive.</summary>
internal sealed class TorchPickle
{
    private readonly List<byte> _pickle = [];
    private readonly List<byte[]> _storages = [];

    public TorchPickle() => Raw(0x80, 2);

    public TorchPickle Raw(params byte[] bytes)
    {
        _pickle.AddRange(bytes);
        return this;
    }

    public TorchPickle Code(string codes) => Raw(Encoding.Latin1.GetBytes(codes));

    public TorchPickle Global(string module, string name) => Code($"c{module}\n{name}\n");

    public TorchPickle Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Code("X").Raw(length).Raw(bytes);
    }

    public TorchPickle Whole(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Code("J").Raw(bytes);
    }

    public TorchPickle Real(double number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        return Code("G").Raw(bytes);
    }

    /// <summary>An object of a class, made without arguments; its attributes follow as a map, then <c>b</c>.</summary>
    public TorchPickle New(string module, string name) => Global(module, name).Code(")\x81");

    public TorchPickle OrderedMap() => Global("collections", "OrderedDict").Code(")R");

    /// <summary>A float tensor over a storage of its own.</summary>
    public TorchPickle Tensor(float[] values, int[] shape, int[] strides, int offset = 0, int? claimed = null)
    {
        var bytes = new byte[values.Length * 4];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        _storages.Add(bytes);
        Global("torch._utils", "_rebuild_tensor_v2").Code("((");
        Text("storage").Global("torch", "FloatStorage").Text($"{_storages.Count - 1}").Text("cpu")
            .Whole(claimed ?? values.Length).Code("tQ");
        Whole(offset).Code("(");
        foreach (var length in shape) Whole(length);
        Code("t(");
        foreach (var stride in strides) Whole(stride);
        return Code("t\x89").OrderedMap().Code("tR");
    }

    public byte[] ToArchive(string prefix = "archive", CompressionLevel compression = CompressionLevel.NoCompression,
        string? further = null)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, $"{prefix}/data.pkl", [.. _pickle, (byte)'.'], compression);
            if (further is not null) Add(zip, $"{prefix}/{further}", [], compression);
            for (var i = 0; i < _storages.Count; i++) Add(zip, $"{prefix}/data/{i}", _storages[i], compression);
        }

        return stream.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes, CompressionLevel compression)
    {
        using var entry = zip.CreateEntry(name, compression).Open();
        entry.Write(bytes);
    }
}
