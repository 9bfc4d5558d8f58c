namespace Espalier.Training.Execution;

/// <summary>In what numbers a network's activations are computed while it trains. Weights, statistics,
/// losses and the optimizer's memory are always float32.</summary>
public enum Precision
{
    /// <summary>The faster of the two on this machine: float32 where the processor has no arithmetic for bfloat16,
    /// else by a short trial at a run's beginning.</summary>
    Auto,

    /// <summary>float32 throughout.</summary>
    FP32,

    /// <summary>bfloat16 for activations and for the kernels that meet them: 8 bits of precision, half the memory to move.</summary>
    BF16,
}
