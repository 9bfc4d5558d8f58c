using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Pipelines.Evolution;

/// <summary>Some hyper-parameters and what a training with them came to: its best epoch, or zeros where it diverged.</summary>
/// <param name="HyperParameters">What was tried.</param>
/// <param name="Precision">Precision at the confidence of the best mean F1.</param>
/// <param name="Recall">Recall there.</param>
/// <param name="MeanAveragePrecision50">Mean AP at IoU .5.</param>
/// <param name="MeanAveragePrecision">Mean AP over IoU .50:.05:.95.</param>
public sealed record Generation(HyperParameters HyperParameters, double Precision, double Recall, double MeanAveragePrecision50,
    double MeanAveragePrecision)
{
    /// <summary>0.1 · mAP50 + 0.9 · mAP50-95.</summary>
    public double Fitness => DetectionReport.FitnessOf(MeanAveragePrecision50, MeanAveragePrecision);
}
