using Espalier.Core;
using Espalier.Pipelines.Latency;
using Espalier.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Pipelines.Benchmarks;

/// <summary>Where the time goes within a network: the operations that ONNX Runtime makes of an .onnx file.</summary>
internal static class NodeProfile
{
    /// <summary>How often a file is run.</summary>
    public const int Runs = 200;

    private const int Warmups = 20;

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
        try
        {
            using var file = new ProfiledFile(options => new InferenceSession(path, options), imageSize ?? facts.ImageSize, threads);
            file.Run(Warmups + Runs);
            return file.Finish(Warmups);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EspalierException($"'{path}' cannot be profiled: {exception.Message.Split('\n')[0].TrimEnd('.')}.", exception);
        }
    }
}
