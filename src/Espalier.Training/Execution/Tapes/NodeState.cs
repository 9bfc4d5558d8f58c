using static TorchSharp.torch;

namespace Espalier.Training.Execution.Tapes;

/// <summary>The tensors that one node computes with; those that its kind does not have are null.</summary>
/// <param name="Weight">The kernel or γ.</param>
/// <param name="Bias">The bias or β.</param>
/// <param name="RunningMean">Batch normalization's running mean.</param>
/// <param name="RunningVariance">Batch normalization's running variance.</param>
internal sealed record NodeState(Tensor? Weight, Tensor? Bias, Tensor? RunningMean = null, Tensor? RunningVariance = null);
