using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Cli.Benchmarks;

/// <summary>Where the time goes within a network: the operations that ONNX Runtime makes of an .onnx file, by kind and one by one.</summary>
internal static class NodeProfile
{
    private const int Warmups = 20;
    private const int Runs = 200;
    private const int Slowest = 15;
    private const string Suffix = "_kernel_time";

    /// <summary>Profiles a file at batch 1 and describes it as two tables.</summary>
    /// <param name="path">An .onnx file.</param>
    /// <param name="imageSize">Its square's side where the file leaves it free.</param>
    /// <param name="threads">Threads; 0 for one a core that the process may use.</param>
    public static string Describe(string path, int imageSize, int threads)
    {
        var nodes = Measure(path, imageSize, threads);
        var total = nodes.Sum(node => node.Microseconds);
        var kinds = nodes.GroupBy(node => node.Operator).Select(group => (Name: group.Key, Count: group.Count(), Time: group.Sum(node => node.Microseconds))).OrderByDescending(kind => kind.Time);
        return $"{Path.GetFileName(path)}, median of {Runs} runs while profiled, which slows them\n"
            + TextTable.Format(["operation", ">count", ">µs", ">share"], kinds.Select(kind => new[] { kind.Name, $"{kind.Count}", Text($"{kind.Time:0}"), Text($"{100 * kind.Time / total:0.0} %") })) + "\n"
            + TextTable.Format(["slowest", "operation", ">µs"], nodes.OrderByDescending(node => node.Microseconds).Take(Slowest).Select(node => new[] { node.Name, node.Operator, Text($"{node.Microseconds:0}") }));
    }

    private static List<(string Name, string Operator, double Microseconds)> Measure(string path, int imageSize, int threads)
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

    private static List<(string Name, string Operator, double Microseconds)> Read(string trace)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(trace));
        return
        [
            .. document.RootElement.EnumerateArray()
                .Where(entry => entry.GetProperty("name").GetString()!.EndsWith(Suffix, StringComparison.Ordinal))
                .Select(entry => (Name: entry.GetProperty("name").GetString()![..^Suffix.Length], Operator: entry.GetProperty("args").GetProperty("op_name").GetString()!, Time: entry.GetProperty("dur").GetDouble()))
                .GroupBy(entry => (entry.Name, entry.Operator))
                .Select(group => (group.Key.Name, group.Key.Operator, Quantiles.Median(group.Skip(Warmups).Select(entry => entry.Time)))),
        ];
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
