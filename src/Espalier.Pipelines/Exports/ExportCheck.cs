using Espalier.Core;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Pipelines.Exports;

/// <summary>Holds an emitted file against the network that it was emitted from, on one made-up picture.</summary>
internal static class ExportCheck
{
    /// <summary>More than rounding explains, for float32 weights.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>The largest difference between the two, relative to the value where that is above 1.</summary>
    /// <exception cref="EspalierException">The file cannot be loaded, or gives other numbers than rounding explains.</exception>
    public static double LargestDifference(Checkpoint checkpoint, OnnxOptions options)
    {
        // With suppression inside there would be nothing to compare but boxes.
        var raw = options with { Suppression = null };
        using var emitted = OnnxNetwork.Open(OnnxEmission.Emit(checkpoint, raw).ToBytes(), name: "The file");
        var (height, width) = (options.Height ?? checkpoint.ImageSize, options.Width ?? checkpoint.ImageSize);
        var pixels = Picture(height, width);
        var actual = emitted.Predict(pixels, 1, height, width);
        var expected = Expected(checkpoint, pixels, height, width);
        if (actual.Length != expected.Length) throw new EspalierException($"The file gives {actual.Length} numbers where the network gives {expected.Length}; nothing was written.");
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++) largest = Math.Max(largest, Math.Abs(actual[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i])));
        if (options.Precision == WeightPrecision.Full && !(largest <= Tolerance))
            throw new EspalierException(Invariant($"The file gives other numbers than the network (by up to {largest:0.0e0}, where {Tolerance} is rounding); nothing was written."));
        return largest;
    }

    private static float[] Expected(Checkpoint checkpoint, byte[] pixels, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
        return network.Predict(BatchUpload.ToTensor(pixels, 1, height, width, CPU)).contiguous().data<float>().ToArray();
    }

    private static byte[] Picture(int height, int width)
    {
        var state = 0UL;
        var pixels = new byte[height * width * 3];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)SplitMix64.Next(ref state);
        return pixels;
    }
}
