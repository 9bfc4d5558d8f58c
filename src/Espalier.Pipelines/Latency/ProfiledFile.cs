using System.Text.Json;
using Espalier.Core;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Pipelines.Latency;

/// <summary>One of the operations that ONNX Runtime makes of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Operator">Its kind.</param>
/// <param name="Microseconds">The median of its runs, while profiled, which slows them.</param>
internal sealed record NodeTime(string Name, string Operator, double Microseconds);

/// <summary>A file that is run while ONNX Runtime notes how long each of its operations takes.</summary>
internal sealed class ProfiledFile : IDisposable
{
    private const string Suffix = "_kernel_time";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espalier-profile");
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly OrtValue _picture;

    /// <summary>Opens a file.</summary>
    /// <param name="open">Opens the session.</param>
    /// <param name="imageSize">The side of the pictures where the file leaves that free, in pixels.</param>
    /// <param name="threads">Threads; 0 for one a core that the process may use.</param>
    /// <exception cref="OnnxRuntimeException">The file cannot be used.</exception>
    public ProfiledFile(Func<SessionOptions, InferenceSession> open, int imageSize, int threads)
    {
        _options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = AvailableProcessors.Current.ThreadsFor(threads),
            EnableProfiling = true,
            ProfileOutputPathPrefix = Path.Combine(_folder.FullName, "trace"),
        };
        try
        {
            _session = open(_options);
            (_input, var shape) = _session.InputMetadata.Single();
            _picture = Picture(shape, imageSize);
        }
        catch
        {
            _session?.Dispose();
            _options.Dispose();
            _folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Runs it a number of times.</summary>
    public void Run(int calls)
    {
        using var run = new RunOptions();
        for (var call = 0; call < calls; call++) _session.Run(run, [_input], [_picture], [_session.OutputNames[0]]).Dispose();
    }

    /// <summary>Ends the profiling.</summary>
    /// <param name="uncounted">The first calls, which warmed up.</param>
    public IReadOnlyList<NodeTime> Finish(int uncounted)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(_session.EndProfiling()));
        return
        [
            .. document.RootElement.EnumerateArray()
                .Select(entry => (Entry: entry, Name: entry.GetProperty("name").GetString()!))
                .Where(pair => pair.Name.EndsWith(Suffix, StringComparison.Ordinal))
                .GroupBy(pair => (Name: pair.Name[..^Suffix.Length], Operator: Operator(pair.Entry)))
                .Select(group => new NodeTime(
                    group.Key.Name, group.Key.Operator,
                    Quantile.Median(group.Skip(uncounted).Select(pair => pair.Entry.GetProperty("dur").GetDouble())))),
        ];
    }

    public void Dispose()
    {
        _picture.Dispose();
        _session.Dispose();
        _options.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Operator(JsonElement entry) => entry.GetProperty("args").GetProperty("op_name").GetString()!;

    private static OrtValue Picture(NodeMetadata input, int imageSize)
    {
        var isBytes = input.ElementDataType == TensorElementType.UInt8;
        long[] usual = isBytes ? [1, imageSize, imageSize, 4] : [1, 3, imageSize, imageSize];
        long[] shape = [.. input.Dimensions.Zip(usual, (length, standard) => length > 0 ? length : standard)];
        var count = (int)shape.Aggregate((product, length) => product * length);
        var random = new Random(1);
        if (isBytes)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return OrtValue.CreateTensorValueFromMemory(bytes, shape);
        }

        return OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, count).Select(_ => random.NextSingle())], shape);
    }
}
