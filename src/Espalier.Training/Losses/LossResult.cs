using static TorchSharp.torch;

namespace Espalier.Training.Losses;

/// <summary>A batch's loss, scalars all. The parts are detached and already multiplied with their gains.</summary>
/// <param name="Total">The parts' sum × the batch size: what to differentiate.</param>
/// <param name="Box">The box loss.</param>
/// <param name="Objectness">The objectness loss.</param>
/// <param name="Class">The class loss.</param>
internal sealed record LossResult(Tensor Total, Tensor Box, Tensor Objectness, Tensor Class);
