using System.Buffers.Binary;
using System.Text;

namespace Espalier.Runtime.Tests;

/// <summary>A growing protobuf message.</summary>
internal sealed class Message
{
    private readonly List<byte> _bytes = [];

    public byte[] ToBytes() => [.. _bytes];

    public Message Add(int field, long number)
    {
        Number((ulong)field << 3);
        Number((ulong)number);
        return this;
    }

    public Message Add(int field, ReadOnlySpan<byte> bytes)
    {
        Number(((ulong)field << 3) | 2);
        Number((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public Message Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    public Message Add(int field, Message message) => Add(field, message.ToBytes());

    public Message Add(int field, IEnumerable<long> numbers)
    {
        foreach (var number in numbers) Add(field, number);
        return this;
    }

    private void Number(ulong number)
    {
        for (; number > 127; number >>= 7) _bytes.Add((byte)(number | 128));
        _bytes.Add((byte)number);
    }
}

/// <summary>Small ONNX files as other people's exporters write them: their outputs are constants, or constants a cell, whatever the
/// picture.</summary>
internal sealed class OnnxBytes
{
    private const int Float = 1, Whole = 7, Half = 10;

    private readonly Message _graph = new Message().Add(2, "foreign");
    private readonly List<(string Key, string Value)> _metadata = [];
    private readonly bool _half;

    /// <summary>A file that takes pictures; a length of -1 is free.</summary>
    public OnnxBytes(int batch, int height, int width, bool half = false)
    {
        _half = half;
        _graph.Add(11, Value("images", [batch, 3, height, width]));
    }

    private int Type => _half ? Half : Float;

    /// <summary>Where numbers of the next constant are kept instead of in the file: its name there, and what it gets.</summary>
    public (string Location, Action<byte[]> Write)? Beside { get; set; }

    /// <summary>A YOLOv8 file: every cell of every head says the same.</summary>
    public static OnnxBytes Columns(int batch, int height, int width, int[] strides, float[] cell, bool half = false)
    {
        var file = new OnnxBytes(batch, height, width, half);
        foreach (var stride in strides)
        {
            file.Head(stride, cell);
            file.Node("Reshape", [$"head{stride}", file.Wholes($"shape{stride}", [0, cell.Length, -1])], $"rows{stride}");
        }

        file.Node("Concat", [.. strides.Select(stride => $"rows{stride}")], "output0", ("axis", 2));
        return file.Output("output0", [-1, cell.Length, -1]);
    }

    /// <summary>A YOLOv5 file: every anchor of every cell says the same.</summary>
    public static OnnxBytes Rows(int batch, int height, int width, int[] strides, float[] row, int anchors = 3, bool half = false)
    {
        var file = new OnnxBytes(batch, height, width, half);
        foreach (var stride in strides)
        {
            file.Head(stride, [.. Enumerable.Repeat(row, anchors).SelectMany(numbers => numbers)]);
            file.Node("Reshape", [$"head{stride}", file.Wholes($"split{stride}", [0, anchors, row.Length, -1])], $"split{stride}_");
            file.Node("Transpose", [$"split{stride}_"], $"turned{stride}", ("perm", new long[] { 0, 1, 3, 2 }));
            file.Node("Reshape", [$"turned{stride}", file.Wholes($"shape{stride}", [0, -1, row.Length])], $"rows{stride}");
        }

        file.Node("Concat", [.. strides.Select(stride => $"rows{stride}")], "output0", ("axis", 1));
        return file.Output("output0", [-1, -1, row.Length]);
    }

    /// <summary>A file whose outputs are the same numbers for every picture of a batch: (batch, …).</summary>
    public static OnnxBytes Constants(int batch, int height, int width, params (string Name, long[] Shape, float[] Numbers)[] outputs) =>
        Constants(batch, height, width, half: false, outputs);

    public static OnnxBytes Constants(int batch, int height, int width, bool half,
        params (string Name, long[] Shape, float[] Numbers)[] outputs)
    {
        var file = new OnnxBytes(batch, height, width, half);
        foreach (var (name, shape, numbers) in outputs) file.Constant(name, shape, numbers);
        return file;
    }

    /// <summary>Adds an output of constants.</summary>
    public OnnxBytes Constant(string name, long[] shape, float[] numbers)
    {
        // The picture must count, or ONNX Runtime would fold all into one constant of one picture's.
        Node("ReduceMean", ["images"], $"{name}_mean", ("axes", new long[] { 1, 2, 3 }), ("keepdims", 1));
        Node("Mul", [$"{name}_mean", Floats($"{name}_zero", [], [0])], $"{name}_nothing");
        Node("Reshape", [$"{name}_nothing", Wholes($"{name}_shape", [0, .. Enumerable.Repeat(1L, shape.Length)])], $"{name}_flat");
        Node("Add", [$"{name}_flat", Floats($"{name}_constant", [1, .. shape], numbers)], name);
        return Output(name, [-1, .. shape.Select(length => (int)length)]);
    }

    /// <summary>Adds metadata.</summary>
    public OnnxBytes With(string key, string value)
    {
        _metadata.Add((key, value));
        return this;
    }

    /// <summary>Metadata as YOLOv8's exporter writes them.</summary>
    public OnnxBytes WithUltralytics(string names, string task = "detect", int stride = 32, string imageSize = "[64, 64]")
        => With("description", "a YOLO model").With("task", task).With("stride", $"{stride}").With("names", names).With("imgsz", imageSize);

    /// <summary>Adds a second input.</summary>
    public OnnxBytes WithInput(string name)
    {
        _graph.Add(11, Value(name, [-1, 2]));
        return this;
    }

    public byte[] ToBytes()
    {
        var model = new Message().Add(1, 8).Add(2, "tests").Add(7, _graph).Add(8, new Message().Add(2, 13));
        foreach (var (key, value) in _metadata) model.Add(14, new Message().Add(1, key).Add(2, value));
        return model.ToBytes();
    }

    private void Head(int stride, float[] channels)
    {
        Node("MaxPool", ["images"], $"pooled{stride}", ("kernel_shape", new long[] { stride, stride }),
            ("strides", new long[] { stride, stride }));
        var weights = Floats($"weights{stride}", [channels.Length, 3, 1, 1], new float[3 * channels.Length]);
        Node("Conv", [$"pooled{stride}", weights, Floats($"bias{stride}", [channels.Length], channels)], $"head{stride}");
    }

    private OnnxBytes Output(string name, int[] shape)
    {
        _graph.Add(12, Value(name, shape));
        return this;
    }

    private void Node(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        var node = new Message();
        foreach (var input in inputs) node.Add(1, input);
        node.Add(2, output).Add(3, $"{output}_node").Add(4, operation);
        foreach (var (name, value) in attributes)
            node.Add(5, value is long[] list ? new Message().Add(1, name).Add(8, list).Add(20, 7) : new Message().Add(1, name)
                .Add(3, (int)value).Add(20, 2));
        _graph.Add(1, node);
    }

    private string Floats(string name, long[] shape, float[] numbers)
    {
        var bytes = new byte[numbers.Length * (_half ? 2 : 4)];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (_half) BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (System.Half)numbers[i]);
            else BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), numbers[i]);
        }

        var tensor = new Message().Add(1, shape).Add(2, Type).Add(8, name);
        if (Beside is { } beside && numbers.Length > 1)
        {
            beside.Write(bytes);
            tensor.Add(13, new Message().Add(1, "location").Add(2, beside.Location))
                .Add(13, new Message().Add(1, "length").Add(2, $"{bytes.Length}")).Add(14, 1);
        }
        else
        {
            tensor.Add(9, bytes);
        }

        _graph.Add(5, tensor);
        return name;
    }

    private string Wholes(string name, long[] numbers)
    {
        var bytes = new byte[8 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), numbers[i]);
        _graph.Add(5, new Message().Add(1, [numbers.Length]).Add(2, Whole).Add(8, name).Add(9, bytes));
        return name;
    }

    private Message Value(string name, int[] shape)
    {
        var lengths = new Message();
        for (var i = 0; i < shape.Length; i++)
            lengths.Add(1, shape[i] < 0 ? new Message().Add(2, $"{name}_{i}") : new Message().Add(1, shape[i]));
        return new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, Type).Add(2, lengths)));
    }
}
