namespace Espalier.Training.Execution;

/// <summary>How an <see cref="ExecutableNetwork"/> treats batch normalization and gradients.</summary>
internal enum ExecutionMode
{
    /// <summary>Batch statistics normalize, running statistics follow them, gradients are recorded.</summary>
    Training,

    /// <summary>Running statistics normalize and stay as they are; gradients are recorded.</summary>
    TrainingWithFrozenBatchNorm,

    /// <summary>Running statistics normalize; nothing is recorded.</summary>
    Evaluation,
}
