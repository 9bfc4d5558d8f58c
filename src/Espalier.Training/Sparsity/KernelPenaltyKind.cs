namespace Espalier.Training.Sparsity;

/// <summary>How a penalty on kernels counts them.</summary>
public enum KernelPenaltyKind
{
    /// <summary>λ · Σ|w| over every weight of every kernel, the heads' too: weights fade one by one.</summary>
    L1,

    /// <summary>
    /// Group lasso, λ · Σ‖w_c‖ over the kernels w_c (input channels × rows × columns) of every output channel: they fade whole. The heads'
    /// last 1 × 1 convolutions are left alone, whose outputs cannot be spared.
    /// </summary>
    Group,
}
