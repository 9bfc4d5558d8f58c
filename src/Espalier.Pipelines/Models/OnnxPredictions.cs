using Espalier.Core;
using Espalier.Datasets;
using Espalier.Runtime;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Pipelines.Models;

/// <summary>An ONNX file as a judge sees it.</summary>
internal sealed class OnnxPredictions : IPredictionNetwork
{
    private readonly OnnxNetwork _network;

    private OnnxPredictions(OnnxNetwork network) => _network = network;

    public IReadOnlyList<string> ClassNames => _network.Facts.ClassNames;

    public int Classes => _network.Facts.ClassNames.Length;

    public int Stride => _network.Facts.Stride;

    public int ImageSize => _network.Facts.ImageSize;

    public (int Height, int Width)? FixedSize => _network.Facts is { Height: { } height, Width: { } width } ? (height, width) : null;

    public bool NeedsSuppression => _network.Facts.Suppression is null;

    public NumberCalibration? NumberCalibration => _network.Facts.NumberCalibration;

    /// <summary>Over an open network, which is closed with the result.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="EspalierException">It suppresses by itself.</exception>
    public static OnnxPredictions Open(OnnxNetwork network, string path = "the file")
    {
        if (!network.Facts.HidesPredictions) return new OnnxPredictions(network);
        network.Dispose();
        throw new EspalierException($"'{path}' suppresses by itself and hides what is judged here; export it without --nms.");
    }

    public float[] Predict(Batch batch) => _network.Predict(batch.Pixels, batch.Count, batch.Height, batch.Width);

    public void Dispose() => _network.Dispose();
}
