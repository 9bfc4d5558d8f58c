namespace Espalier.Pipelines.Experiments;

/// <summary>How fast models are, measured beside each other.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Threads">Of ONNX Runtime.</param>
/// <param name="Models">Model by model.</param>
public sealed record SpeedRecord(string Machine, int Threads, IReadOnlyList<ModelSpeed> Models);

/// <summary>How fast and how large a model is.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Milliseconds">A picture alone, in ONNX Runtime: the median of its calls.</param>
/// <param name="Milliseconds95">The 95th percentile of these calls.</param>
/// <param name="PicturesPerSecond">In batches, in ONNX Runtime.</param>
/// <param name="SecondsAnEpoch">Of training.</param>
/// <param name="OnnxBytes">The file that an application ships.</param>
/// <param name="WeightBytes">The checkpoint.</param>
public sealed record ModelSpeed(string Model, double Milliseconds, double Milliseconds95, double PicturesPerSecond, double SecondsAnEpoch,
    long OnnxBytes, long WeightBytes);
