using static TorchSharp.torch;

namespace Espalier.Training.Thinning;

/// <summary>To first order what setting a weight to zero would cost, |W · ∂L/∂W| (Molchanov et al. 2017), averaged as
/// <see cref="GradientImportance"/>.</summary>
internal sealed class TaylorImportance : GradientImportance
{
    /// <inheritdoc/>
    public override string Name => "taylor";

    private protected override Tensor Score(Tensor values, Tensor gradients) => (values * gradients).abs_();
}
