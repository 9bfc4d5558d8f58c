using Espalier.Core;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Pipelines.Exports;

/// <summary>Holds an emitted file against the network that it was emitted from, on one made-up picture.</summary>
internal static class ExportCheck
{
    /// <summary>What float32 rounds away in a network that does not amplify it: below this nothing needs explaining.</summary>
    private const double Rounding = 1e-3;

    /// <summary>
    /// How many times further off than the network's own float32 arithmetic a file's may be: it adds in another order, batch norms folded,
    /// and is then off by other amounts of the same size.
    /// </summary>
    private const double Allowance = 8;

    /// <summary>Compares the two.</summary>
    /// <exception cref="EspalierException">The file cannot be loaded, or gives other numbers than rounding explains.</exception>
    public static ExportAgreement Compare(Checkpoint checkpoint, OnnxOptions options) =>
        // With suppression inside there would be nothing to compare but boxes.
        Compare(checkpoint, options, OnnxEmission.Emit(checkpoint, options with { Suppression = null }));

    /// <summary>Compares a network with a file without suppression.</summary>
    internal static ExportAgreement Compare(Checkpoint checkpoint, OnnxOptions options, OnnxFile file)
    {
        using var emitted = OnnxNetwork.Open(file.ToBytes(), name: "The file");
        var (height, width) = (options.Height ?? checkpoint.ImageSize, options.Width ?? checkpoint.ImageSize);
        var pixels = Picture(height, width);
        using var scope = NewDisposeScope();
        var images = BatchUpload.ToTensor(pixels, 1, height, width, CPU);
        return Judge(
            emitted.Predict(pixels, 1, height, width), Expected(checkpoint, images), options.Precision,
            () => ExactPrediction.Of(checkpoint.Graph, checkpoint.Weights, images));
    }

    /// <summary>Judges the numbers of both.</summary>
    /// <param name="file">The file's.</param>
    /// <param name="network">The network's, in float32.</param>
    /// <param name="precision">How the file holds its weights: what halving them changes is told, not judged.</param>
    /// <param name="exact">Computes the network's in float64, which takes a while;
    /// asked only where the two differ by more than a little.</param>
    /// <exception cref="EspalierException">Rounding does not explain the difference.</exception>
    internal static ExportAgreement Judge(float[] file, float[] network, WeightPrecision precision, Func<double[]> exact)
    {
        if (file.Length != network.Length)
            throw new EspalierException($"The file gives {file.Length} numbers where the "
                + $"network gives {network.Length}; nothing was written.");
        double[] trained = [.. network];
        var difference = Largest([.. file], trained);
        if (precision != WeightPrecision.Full || difference <= Rounding) return new ExportAgreement(difference, null);

        var truth = exact();
        var (own, files) = (Largest(trained, truth), Largest([.. file], truth));
        return double.IsFinite(own) && files <= Allowance * own
            ? new ExportAgreement(difference, own)
            : throw new EspalierException(FormattableString.Invariant(
                $"The file gives other numbers than the network (off by up to {files:0.0e0}, where float32 is by {own:0.0e0}); nothing ")
                    + "was written.");
    }

    /// <summary>The largest difference, relative to the expected value where that is above 1;
    /// what is no number is infinitely far off.</summary>
    private static double Largest(double[] actual, double[] expected)
    {
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(actual[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }

        return largest;
    }

    private static float[] Expected(Checkpoint checkpoint, Tensor images)
    {
        using var guard = no_grad();
        using var network = new ExecutableNetwork(checkpoint.Graph, checkpoint.Weights) { Mode = ExecutionMode.Evaluation };
        return network.Predict(images).contiguous().data<float>().ToArray();
    }

    private static byte[] Picture(int height, int width)
    {
        var state = 0UL;
        var pixels = new byte[height * width * 3];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)SplitMix64.Next(ref state);
        return pixels;
    }
}

/// <summary>How well a file agrees with its network; differences are relative to values above 1.</summary>
/// <param name="LargestDifference">The largest difference of the two.</param>
/// <param name="RoundingError">By how much the network itself is off in float32; null where nothing had to be explained by it.</param>
public sealed record ExportAgreement(double LargestDifference, double? RoundingError);
