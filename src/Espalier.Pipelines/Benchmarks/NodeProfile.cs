using System.Text.Json;
using Espalier.Core;
using Espalier.Pipelines.Latency;
using Espalier.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Pipelines.Benchmarks;

/// <summary>One of the operations that ONNX Runtime makes of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Operator">Its kind.</param>
/// <param name="Microseconds">The median of its runs, while profiled, which slows them.</param>
internal sealed record NodeTime(string Name, string Operator, double Microseconds);

/// <summary>Where the time goes within a network: the operations that ONNX Runtime makes of an .onnx file.</summary>
internal static class NodeProfile
{
    /// <summary>How often a file is run.</summary>
    public const int Runs = 200;

    private const int Warmups = 20;
    private const string Suffix = "_kernel_time";

    /// <summary>Profiles a file at batch 1.</summary>
    /// <param name="path">An .onnx file.</param>
    /// <param name="imageSize">The side of the pictures; null for the file's own.</param>
    /// <param name="threads">Threads; 0 for one a core that the process may use.</param>
    /// <exception cref="OptionException">The file takes pictures of another size alone.</exception>
    /// <exception cref="EspalierException">The file cannot be used.</exception>
    public static IReadOnlyList<NodeTime> Measure(string path, int? imageSize = null, int threads = 0)
    {
        using var network = OnnxNetwork.Open(path);
        var facts = network.Facts;
        if (facts is { Height: { } height, Width: { } width } && imageSize is { } side && side != Math.Max(height, width))
            throw new OptionException($"The network's image size is fixed at {width} × {height}, so it cannot be {side}.");
        return Profile(path, imageSize ?? facts.ImageSize, threads);
    }

    private static List<NodeTime> Profile(string path, int imageSize, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("espalier-profile");
        try
        {
            using var options = new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                IntraOpNumThreads = AvailableProcessors.Current.ThreadsFor(threads),
                EnableProfiling = true,
                ProfileOutputPathPrefix = Path.Combine(folder.FullName, "trace"),
            };
            using var session = new InferenceSession(path, options);
            var (name, input) = session.InputMetadata.Single();
            using var picture = Picture(input, imageSize);
            using var run = new RunOptions();
            for (var i = 0; i < Warmups + Runs; i++) session.Run(run, [name], [picture], [session.OutputNames[0]]).Dispose();
            return Read(session.EndProfiling());
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EspalierException($"'{path}' cannot be profiled: {exception.Message.Split('\n')[0].TrimEnd('.')}.", exception);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

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

    private static List<NodeTime> Read(string trace)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(trace));
        return
        [
            .. document.RootElement.EnumerateArray()
                .Where(entry => entry.GetProperty("name").GetString()!.EndsWith(Suffix, StringComparison.Ordinal))
                .Select(entry => (Name: entry.GetProperty("name").GetString()![..^Suffix.Length], Operator: entry.GetProperty("args").GetProperty("op_name").GetString()!, Time: entry.GetProperty("dur").GetDouble()))
                .GroupBy(entry => (entry.Name, entry.Operator))
                .Select(group => new NodeTime(group.Key.Name, group.Key.Operator, Quantiles.Median(group.Skip(Warmups).Select(entry => entry.Time)))),
        ];
    }
}
