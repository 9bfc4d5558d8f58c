using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace Espalier.Networks;

/// <summary>A growing ONNX graph: nodes by the name of their one output, constants stored once each.</summary>
internal sealed class OnnxBody
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _constants = [];

    public OnnxBody(GraphProto graph) => _graph = graph;

    /// <summary>Adds an operation with one output.</summary>
    /// <param name="operation">The operator of the standard domain.</param>
    /// <param name="name">The node's and its output's name.</param>
    /// <param name="inputs">Names of tensors; an empty one for an optional input that is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The output's name.</returns>
    public string Add(string operation, string name, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        AddOperation(operation, name, inputs, [name], attributes);
        return name;
    }

    /// <summary>Adds an operation with several outputs.</summary>
    public void AddOperation(string operation, string name, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs,
        params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = name };
        foreach (var input in inputs) node.Input.Add(input);
        foreach (var output in outputs) node.Output.Add(output);
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        _graph.Node.Add(node);
    }

    /// <summary>Stores float32 numbers.</summary>
    public string Floats(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
        => Constant(name, TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Stores numbers as float16.</summary>
    public string Halves(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        var halves = new Half[values.Length];
        for (var i = 0; i < halves.Length; i++) halves[i] = (Half)values[i];
        return Constant(name, TensorProto.Types.DataType.Float16, shape, MemoryMarshal.AsBytes(halves.AsSpan()));
    }

    /// <summary>Stores one byte without dimensions.</summary>
    public string Byte(string name, byte value) => Constant(name, TensorProto.Types.DataType.Uint8, [], [value]);

    /// <summary>Stores signed bytes.</summary>
    public string SignedBytes(string name, ReadOnlySpan<long> shape, ReadOnlySpan<sbyte> values)
        => Constant(name, TensorProto.Types.DataType.Int8, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Stores 32-bit whole numbers.</summary>
    public string ShortIntegers(string name, ReadOnlySpan<int> values)
        => Constant(name, TensorProto.Types.DataType.Int32, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Stores whole numbers as a list; the same name stands for the same numbers.</summary>
    public string Integers(string name, params ReadOnlySpan<long> values)
        => Constant(name, TensorProto.Types.DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Stores one whole number without dimensions.</summary>
    public string Integer(string name, long value)
        => Constant(name, TensorProto.Types.DataType.Int64, [], MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value)));

    /// <summary>Stores one float32 number without dimensions.</summary>
    public string Float(string name, float value) => Floats(name, [], [value]);

    public static AttributeProto Attribute(string name, long value)
        => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value)
        => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, string value)
        => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values) attribute.Ints.Add(value);
        return attribute;
    }

    // ONNX's raw data are little-endian, as is every machine that .NET runs on.
    private string Constant(string name, TensorProto.Types.DataType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        if (_constants.TryGetValue(name, out var stored))
        {
            if (stored.DataType == (int)type && stored.RawData.Span.SequenceEqual(bytes)) return name;
            throw new InvalidOperationException($"'{name}' stands for other numbers already");
        }

        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (var length in shape) tensor.Dims.Add(length);
        _constants.Add(name, tensor);
        _graph.Initializer.Add(tensor);
        return name;
    }
}
