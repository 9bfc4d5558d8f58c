using Espalier.Training.Execution;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Espalier.Training.Losses;

/// <summary>Cross-entropy of logits against targets of 0…1, plain or focal.</summary>
/// <param name="focalGamma">γ of the focal loss; 0 for plain cross-entropy.</param>
/// <param name="positiveWeight">w in −w t log p − (1 − t) log (1 − p).</param>
internal sealed class BinaryCrossEntropy(float focalGamma, float positiveWeight = 1)
{
    // α of the focal loss: 0.25 for positives, 0.75 for negatives (Lin et al. 2017).
    private const float FocalAlpha = 0.25f;

    /// <summary>The mean over all elements.</summary>
    public Tensor Mean(Tensor logits, Tensor targets) => focalGamma > 0
        ? Focal(logits, targets).mean()
        : Plain(logits, targets, null, Reduction.Mean);

    /// <summary>The sum of all elements, each multiplied with its weight.</summary>
    public Tensor WeightedSum(Tensor logits, Tensor targets, Tensor weights) => focalGamma > 0
        ? (Focal(logits, targets) * weights).sum()
        : Plain(logits, targets, weights, Reduction.Sum);

    private Tensor Plain(Tensor logits, Tensor targets, Tensor? weights, Reduction reduction)
    {
        if (positiveWeight == 1) return functional.binary_cross_entropy_with_logits(logits, targets, weights, reduction, null);
        using var positive = tensor([positiveWeight], [1L], float32, logits.device);
        return functional.binary_cross_entropy_with_logits(logits, targets, weights, reduction, positive);
    }

    private Tensor Focal(Tensor logits, Tensor targets)
    {
        var entropy = Plain(logits, targets, null, Reduction.None);
        var alpha = targets.Times(FocalAlpha).Plus(targets.Complement().Times(1 - FocalAlpha));

        // (1 − p_t)^γ as exp(γ log(1 − p_t)), with 1 − p_t = t(1 − p) + (1 − t)p: where a cell is saturated, 1 − p_t is rounded to 0, at
        // which a power below 1 has an infinite slope, while its logarithm is about −|logit| and has a slope of at most 1.
        var missed = functional.logsigmoid(logits.neg()).Plus(targets.log());
        var wrong = missed.logaddexp(functional.logsigmoid(logits).Plus(targets.Complement().log()));
        return entropy * alpha * wrong.Times(focalGamma).exp();
    }
}
