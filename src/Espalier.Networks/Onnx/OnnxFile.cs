using Espalier.Core;
using Google.Protobuf;
using Onnx;

namespace Espalier.Networks;

/// <summary>A network as ONNX, ready to be written.</summary>
public sealed class OnnxFile
{
    /// <summary>Name of the input: (batch, channels, height, width), RGB, 0…1.</summary>
    public const string Input = "images";

    /// <summary>Name of the output, as YOLOv5's users know it.</summary>
    public const string Output = "output0";

    /// <summary>The operator set: what ONNX Runtime 1.20 and later read without a warning.</summary>
    public const int OperatorSet = 21;

    /// <summary>The version of ONNX's own format that goes with it.</summary>
    public const int FormatVersion = 10;

    private readonly ModelProto _model;

    internal OnnxFile(ModelProto model) => _model = model;

    /// <summary>Reads a file, to say something about it: <see cref="With"/>.</summary>
    /// <exception cref="EspalierException">It cannot be read, or is no ONNX.</exception>
    public static OnnxFile Open(string path)
    {
        try
        {
            return new OnnxFile(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidProtocolBufferException)
        {
            throw new EspalierException($"Cannot read '{path}' as ONNX: {FileProblem.Reason(exception)}.", exception);
        }
    }

    /// <summary>The same network, with one thing said about it, in the place of what was said there before.</summary>
    public OnnxFile With(string key, string value)
    {
        var model = _model.Clone();
        var entry = model.MetadataProps.FirstOrDefault(known => known.Key == key);
        if (entry is null) model.MetadataProps.Add(entry = new StringStringEntryProto { Key = key });
        entry.Value = value;
        return new OnnxFile(model);
    }

    /// <summary>How many operations it holds.</summary>
    public int OperationCount => _model.Graph.Node.Count;

    /// <summary>What the file says about itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>The file's content; the same network and options give the same bytes.</summary>
    public byte[] ToBytes() => _model.ToByteArray();

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="EspalierException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteAllBytes(path, ToBytes());
}
