using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Losses;

/// <summary>Complete IoU (Zheng et al. 2020), differentiable: IoU − ρ²/c² − αv.</summary>
internal static class CompleteIoU
{
    private const float Epsilon = 1e-7f;

    /// <summary>Pairwise, box by box.</summary>
    /// <param name="predicted">(n, 4): centre x, y, width, height.</param>
    /// <param name="target">(n, 4), likewise; no gradient reaches it.</param>
    /// <returns>(n), −1.5 … 1.</returns>
    public static Tensor Of(Tensor predicted, Tensor target)
    {
        var (centers, sizes) = (predicted.narrow(1, 0, 2), predicted.narrow(1, 2, 2));
        var (targetCenters, targetSizes) = (target.narrow(1, 0, 2), target.narrow(1, 2, 2));
        var (low, high) = (centers - sizes.Times(0.5), centers.Plus(sizes.Times(0.5)));
        var (targetLow, targetHigh) = (targetCenters - targetSizes.Times(0.5), targetCenters.Plus(targetSizes.Times(0.5)));

        var overlap = (high.minimum(targetHigh) - low.maximum(targetLow)).AtLeast(0).prod(1);
        var union = (sizes.prod(1).Plus(targetSizes.prod(1)) - overlap).Plus(Epsilon);
        var iou = overlap / union;

        var diagonal = (high.maximum(targetHigh) - low.minimum(targetLow)).Squared().sum(1).Plus(Epsilon);
        var distance = (targetCenters - centers).Squared().sum(1);
        var aspect = (Angle(targetSizes) - Angle(sizes)).Squared().Times(4 / (MathF.PI * MathF.PI));
        Tensor alpha;
        using (no_grad()) alpha = aspect / (aspect - iou).Plus(1 + Epsilon);
        return iou - distance / diagonal - aspect * alpha;
    }

    /// <summary>atan(width / height).</summary>
    private static Tensor Angle(Tensor sizes) => (sizes.select(1, 0) / sizes.select(1, 1).AtLeast(Epsilon)).atan();
}
