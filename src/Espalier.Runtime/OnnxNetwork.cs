using System.Globalization;
using Espalier.Core;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime;

/// <summary>
/// A YOLO network in ONNX Runtime: pictures in, predictions out. One session for all threads; memory for a call is kept and used again.
/// <see cref="Detector"/> is what an application wants; this is for those who letterbox and suppress by themselves.
/// </summary>
internal sealed class OnnxNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly RunBufferPool _pool = new();
    private readonly CallGate _gate = new(typeof(OnnxNetwork));
    private readonly RowDecoder? _decoder;
    private readonly Lock? _oneAtATime;

    private OnnxNetwork(InferenceSession session, RuntimeOptions options, string name)
    {
        _session = session;
        _oneAtATime = options.Provider == ExecutionProvider.DirectMl ? new Lock() : null;
        try
        {
            Facts = FactsReader.Read(session, name);
            _decoder = RowDecoder.For(Facts);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What the file promises.</summary>
    public NetworkFacts Facts { get; }

    /// <summary>Opens a file. Weights that it keeps in files beside it are read from its own folder and nowhere else.</summary>
    /// <param name="path">An ONNX file of Espalier's, or of YOLOv5's, YOLOv8's or a later YOLO's own exporter.</param>
    /// <param name="options">How ONNX Runtime works.</param>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="EspalierException">The file cannot be read, is no such detector, or wants a provider that is not there.</exception>
    public static OnnxNetwork Open(string path, RuntimeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) throw new EspalierException($"'{path}' is a folder; an ONNX file is wanted.");
        try
        {
            return Open(File.ReadAllBytes(path), options, $"'{path}'", Path.GetDirectoryName(Path.GetFullPath(path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var reason = exception is FileNotFoundException or DirectoryNotFoundException
                ? $"There is no file '{path}'."
                : $"Cannot read '{path}': {FileProblem.Reason(exception)}.";
            throw new EspalierException(reason, exception);
        }
    }

    /// <summary>Opens a file's content.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="options">How ONNX Runtime works.</param>
    /// <param name="name">What messages call it, as the start of a sentence.</param>
    /// <inheritdoc cref="Open(string, RuntimeOptions?)" path="/exception"/>
    public static OnnxNetwork Open(byte[] content, RuntimeOptions? options = null, string name = "The ONNX file")
    {
        ArgumentNullException.ThrowIfNull(content);
        return Open(content, options, name, folder: null);
    }

    private static OnnxNetwork Open(byte[] content, RuntimeOptions? options, string name, string? folder)
    {
        options ??= new RuntimeOptions();
        options.Validate();
        var beside = ExternalData.Locations(content);
        if (beside.Count > 0)
            ExternalData.Check(beside, folder ?? throw new EspalierException(
                $"{name} keeps its weights in '{beside.First()}' beside it: open it by its path, for bytes have no folder."), name);
        using var settings = SessionSettings.Of(options, beside.Count > 0 ? folder : null);
        try
        {
            return new OnnxNetwork(new InferenceSession(content, settings), options, name);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EspalierException($"{name} is no ONNX file that ONNX Runtime {OrtEnv.Instance().GetVersionString()} can use: "
                + $"{FirstLine(exception.Message)}.", exception);
        }
    }

    /// <summary>Predictions for a batch of letterboxed pictures.</summary>
    /// <param name="pixels">(count, height, width, 3) bytes, RGB; may be longer.</param>
    /// <param name="count">How many pictures; any number, also where the file's batch is fixed.</param>
    /// <param name="height">Their rows, a multiple of the stride, or what the file fixes.</param>
    /// <param name="width">Their columns, likewise.</param>
    /// <returns>(count, predictions, 5 + classes): centre x, y, width, height in pixels, objectness, class probabilities.</returns>
    /// <exception cref="EspalierException">The file suppresses by itself, or wants other sizes.</exception>
    public float[] Predict(ReadOnlySpan<byte> pixels, int count, int height, int width)
    {
        if (Facts.HidesPredictions) throw new EspalierException("The network suppresses by itself and gives no raw predictions.");
        CheckSize(height, width);
        using var call = Enter();
        var batch = Facts.Batch ?? count;
        float[] predictions = [];
        for (var first = 0; first < count; first += batch)
        {
            var filled = Math.Min(batch, count - first);
            using var rented = Rent(batch, height, width);
            var buffers = rented.Buffers;
            for (var i = 0; i < filled; i++)
                buffers.Fill(i, pixels.Slice((first + i) * height * width * 3, height * width * 3));
            Run(buffers);
            var length = buffers.Output.Length / batch;
            var decoded = _decoder?.DecodedLength(length) ?? length;
            if (predictions.Length == 0) predictions = new float[count * decoded];
            for (var i = 0; i < filled; i++)
            {
                var rows = buffers.Output.Slice(i * length, length);
                var place = predictions.AsSpan((first + i) * decoded, decoded);
                if (_decoder is null) rows.CopyTo(place);
                else _decoder.DecodeAll(rows, height, width, place);
            }
        }

        return predictions;
    }

    /// <summary>The network itself: the tensor that its file takes in, the tensor that it gives out.</summary>
    /// <param name="input">The input's bytes, as <see cref="NetworkFacts.InputKind"/> has them.</param>
    /// <param name="count">How many pictures; what the file fixes, if it does.</param>
    /// <param name="height">Their rows, a multiple of the stride, or what the file fixes.</param>
    /// <param name="width">Their columns, likewise.</param>
    /// <returns>The output as it comes, and its lengths.</returns>
    /// <exception cref="OptionException">The file wants other sizes.</exception>
    public (float[] Output, long[] Shape) Run(ReadOnlySpan<byte> input, int count, int height, int width)
    {
        CheckSize(height, width);
        if (count < 1 || Facts.Batch is { } batch && count != batch)
            throw new OptionException($"The network takes {Facts.Batch?.ToString(CultureInfo.InvariantCulture) ?? "1 or more"} pictures a "
                + $"call, not {count}.");
        var wanted =
            (long)count
            * height
            * width
            * Facts.InputKind switch
            {
                InputKind.Floats => 3 * sizeof(float),
                InputKind.Halves => 3 * 2,
                _ => RunBuffers.BytesAPixel,
            };
        if (input.Length != wanted) throw new OptionException($"An input of {wanted} bytes is wanted, not of {input.Length}.");
        using var call = Enter();
        using var rented = Rent(count, height, width);
        input.CopyTo(rented.Buffers.Input);
        Run(rented.Buffers);
        return (rented.Buffers.Output.ToArray(), rented.Buffers.OutputShape.ToArray());
    }

    /// <summary>Closes the file, after the calls that are under way; later ones throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (!_gate.Close()) return;
        _pool.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    /// <summary>Begins a call, which closing waits for.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    internal CallGate.Call Enter() => _gate.Enter();

    /// <summary>Memory for a run, within a call.</summary>
    internal RentedBuffers Rent(int batch, int height, int width)
        => new(_pool, _pool.TryRent(batch, height, width) ?? new RunBuffers(_session, Facts, batch, height, width));

    internal void Run(RunBuffers buffers)
    {
        _oneAtATime?.Enter();
        try
        {
            buffers.Run(_session, Facts, _runOptions);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EspalierException($"The network failed on pictures of {buffers.Width} × {buffers.Height}: "
                + $"{FirstLine(exception.Message)}.", exception);
        }
        finally
        {
            _oneAtATime?.Exit();
        }
    }

    internal void CheckSize(int height, int width)
    {
        if (Facts is { Height: { } rows, Width: { } columns } && (rows != height || columns != width))
            throw new OptionException($"The network's image size is fixed at {columns} × {rows}, so it cannot be {width} × {height}.");
        if (height % Facts.Stride != 0 || width % Facts.Stride != 0 || height < 1 || width < 1)
            throw new OptionException($"The image size must be a multiple of the network's stride, "
                + $"{Facts.Stride}, but is {width} × {height}.");
    }

    private static string FirstLine(string message) => message.Split('\n')[0].Trim().TrimEnd('.');
}
