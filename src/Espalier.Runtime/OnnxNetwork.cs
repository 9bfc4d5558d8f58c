using System.Globalization;
using Espalier.Core;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime;

/// <summary>
/// A YOLOv5 network in ONNX Runtime: floats in, predictions out. One session for all threads; memory for a call is kept and used again.
/// <see cref="Detector"/> is what an application wants; this is for those who letterbox and suppress by themselves.
/// </summary>
public sealed class OnnxNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly RunBufferPool _pool = new();
    private readonly RawHeadDecoder? _decoder;

    private OnnxNetwork(InferenceSession session, string name)
    {
        _session = session;
        try
        {
            Facts = FactsReader.Read(session, name);
            _decoder = Facts.RawHeads is { } heads ? new RawHeadDecoder(heads, Facts.ClassNames.Length) : null;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>What the file promises.</summary>
    public NetworkFacts Facts { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">An ONNX file that Espalier or YOLOv5's own exporter wrote.</param>
    /// <param name="options">How ONNX Runtime works.</param>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="EspalierException">The file cannot be read or is no YOLOv5 detector.</exception>
    public static OnnxNetwork Open(string path, RuntimeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) throw new EspalierException($"'{path}' is a folder; an ONNX file is wanted.");
        try
        {
            return Open(File.ReadAllBytes(path), options, $"'{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new EspalierException(
                exception is FileNotFoundException or DirectoryNotFoundException ? $"There is no file '{path}'." : $"Cannot read '{path}': {FileProblem.Reason(exception)}.", exception);
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
        options ??= new RuntimeOptions();
        options.Validate();
        using var settings = Settings(options);
        try
        {
            return new OnnxNetwork(new InferenceSession(content, settings), name);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EspalierException($"{name} is no ONNX file that ONNX Runtime {OrtEnv.Instance().GetVersionString()} can use: {FirstLine(exception.Message)}.", exception);
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
        if (Facts.Suppression is not null) throw new EspalierException("The network suppresses by itself and gives no raw predictions.");
        CheckSize(height, width);
        var batch = Facts.Batch ?? count;
        float[] predictions = [];
        for (var first = 0; first < count; first += batch)
        {
            var filled = Math.Min(batch, count - first);
            var buffers = Rent(batch, height, width);
            for (var i = 0; i < filled; i++)
                buffers.Fill(i, pixels.Slice((first + i) * height * width * 3, height * width * 3));
            Run(buffers);
            var length = buffers.Output.Length / batch;
            if (predictions.Length == 0) predictions = new float[count * length];
            for (var i = 0; i < filled; i++)
            {
                var rows = buffers.Output.Slice(i * length, length);
                var place = predictions.AsSpan((first + i) * length, length);
                if (_decoder is null) rows.CopyTo(place);
                else _decoder.DecodeAll(rows, height, width, place);
            }

            Return(buffers);
        }

        return predictions;
    }

    /// <summary>The network itself: the tensor that its file takes in, the tensor that it gives out.</summary>
    /// <param name="input">(count, 3, height, width) floats, RGB, 0…1; or, where <see cref="NetworkFacts.RawHeads"/> is there, (count, height, width, 4) bytes.</param>
    /// <param name="count">How many pictures; what the file fixes, if it does.</param>
    /// <param name="height">Their rows, a multiple of the stride, or what the file fixes.</param>
    /// <param name="width">Their columns, likewise.</param>
    /// <returns>The output as it comes, and its lengths.</returns>
    /// <exception cref="EspalierException">The file wants other sizes.</exception>
    public (float[] Output, long[] Shape) Run(ReadOnlySpan<byte> input, int count, int height, int width)
    {
        CheckSize(height, width);
        if (count < 1 || Facts.Batch is { } batch && count != batch)
            throw new OptionException($"The network takes {Facts.Batch?.ToString(CultureInfo.InvariantCulture) ?? "1 or more"} pictures a call, not {count}.");
        var buffers = Rent(count, height, width);
        if (input.Length != buffers.Input.Length) throw new EspalierException($"A tensor of {buffers.Input.Length} bytes is wanted, not of {input.Length}.");
        input.CopyTo(buffers.Input);
        Run(buffers);
        var result = (buffers.Output.ToArray(), buffers.OutputShape.ToArray());
        Return(buffers);
        return result;
    }

    /// <summary>Waits for no call: there must be none left.</summary>
    public void Dispose()
    {
        _pool.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    internal RunBuffers Rent(int batch, int height, int width) => _pool.TryRent(batch, height, width) ?? new RunBuffers(_session, Facts, batch, height, width);

    // Buffers of a run that failed are not given back: what is in them is unknown.
    internal void Return(RunBuffers buffers) => _pool.Return(buffers);

    internal void Run(RunBuffers buffers)
    {
        try
        {
            buffers.Run(_session, Facts, _runOptions);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EspalierException($"The network failed on pictures of {buffers.Width} × {buffers.Height}: {FirstLine(exception.Message)}.", exception);
        }
    }

    internal void CheckSize(int height, int width)
    {
        if (Facts is { Height: { } rows, Width: { } columns } && (rows != height || columns != width))
            throw new OptionException($"The network's image size is fixed at {columns} × {rows}, so it cannot be {width} × {height}.");
        if (height % Facts.Stride != 0 || width % Facts.Stride != 0 || height < 1 || width < 1)
            throw new OptionException($"The image size must be a multiple of the network's stride, {Facts.Stride}, but is {width} × {height}.");
    }

    internal static SessionOptions Settings(RuntimeOptions options)
    {
        // Left to itself ONNX Runtime starts a thread for each core of the machine, whatever the process may use of them.
        var threads = AvailableProcessors.Current.ThreadsFor(options.Threads);
        var settings = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, IntraOpNumThreads = threads };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spinning ? "1" : "0");
        return settings;
    }

    private static string FirstLine(string message) => message.Split('\n')[0].Trim().TrimEnd('.');
}
