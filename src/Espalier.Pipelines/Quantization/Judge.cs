using Espalier.Datasets.Loading;
using Espalier.Networks;
using Espalier.Pipelines.Models;
using Espalier.Runtime;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Pipelines.Quantization;

/// <summary>Judges emitted files on the pictures of a loader, in ONNX Runtime: what will be shipped, where it will run.</summary>
/// <param name="checkpoint">The network.</param>
/// <param name="loader">Labelled pictures in squares of a size.</param>
/// <param name="imageSize">Their side in pixels.</param>
/// <param name="threads">Threads; 0 for one a core that the process may use.</param>
internal sealed class Judge(Checkpoint checkpoint, ValidationLoader loader, int imageSize, int threads)
{
    /// <summary>What the network finds as a file with a plan, picture by picture.</summary>
    /// <param name="plan">The plan; null for float32.</param>
    /// <param name="onnxInterface">What the file takes and gives.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public ValidationOutcome Outcome(QuantizationPlan? plan, OnnxInterface onnxInterface = OnnxInterface.Standard,
        CancellationToken cancellationToken = default)
    {
        using var network = Open(plan, onnxInterface);
        return new Validator(network).Run(loader, network.Classes, cancellationToken: cancellationToken);
    }

    /// <summary>How far a plan moves the class scores of predictions on the first batches:
    /// the mean squared difference to float32's.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="expected">What float32 gives (scores of a null plan).</param>
    /// <param name="batches">How many batches.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public double Distance(QuantizationPlan plan, IReadOnlyList<float[]> expected, int batches, CancellationToken cancellationToken)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var (first, second) in expected.Zip(Scores(plan, batches, cancellationToken)))
        {
            for (var i = 0; i < first.Length; i++) sum += ((double)first[i] - second[i]) * ((double)first[i] - second[i]);
            count += first.Length;
        }

        return sum / count;
    }

    /// <summary>Objectness times class probability of every prediction, a batch each.</summary>
    public List<float[]> Scores(QuantizationPlan? plan, int batches, CancellationToken cancellationToken)
    {
        using var network = Open(plan, OnnxInterface.Standard);
        var columns = network.Classes + NonMaximumSuppression.BoxAndObjectness;
        return [.. loader.Batches(cancellationToken).Take(batches).Select(batch => Scores(network.Predict(batch), columns))];
    }

    private static float[] Scores(float[] predictions, int columns)
    {
        var classes = columns - NonMaximumSuppression.BoxAndObjectness;
        var scores = new float[predictions.Length / columns * classes];
        for (var i = 0; i < scores.Length; i++)
        {
            var row = i / classes * columns;
            scores[i] = predictions[row + 4] * predictions[row + NonMaximumSuppression.BoxAndObjectness + (i % classes)];
        }

        return scores;
    }

    private OnnxPredictions Open(QuantizationPlan? plan, OnnxInterface onnxInterface)
    {
        var options = new OnnxOptions { Height = imageSize, Width = imageSize, Quantization = plan, Interface = onnxInterface };
        var file = OnnxEmission.Emit(checkpoint, options).ToBytes();
        return OnnxPredictions.Open(OnnxNetwork.Open(file, new RuntimeOptions { Threads = threads }));
    }
}
