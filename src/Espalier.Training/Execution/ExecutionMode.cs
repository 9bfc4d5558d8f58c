namespace Espalier.Training.Execution;

/// <summary>How an <see cref="ExecutableNetwork"/> treats batch normalisation and gradients.</summary>
internal enum ExecutionMode
{
    /// <summary>Batch statistics normalise, running statistics follow them, gradients are recorded.</summary>
    Training,

    /// <summary>Running statistics normalise and stay as they are; gradients are recorded.</summary>
    TrainingWithFrozenBatchNorm,

    /// <summary>Running statistics normalise; nothing is recorded.</summary>
    Evaluation,
}
