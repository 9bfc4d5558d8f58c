namespace Espalier.Networks;

/// <summary>What an array of a network's state is.</summary>
internal enum StateKind
{
    /// <summary>A convolution's kernel: learned, with weight decay.</summary>
    ConvolutionWeight,

    /// <summary>A convolution's bias: learned, without decay.</summary>
    ConvolutionBias,

    /// <summary>Batch normalization's scale γ: learned, without decay.</summary>
    BatchNormWeight,

    /// <summary>Batch normalization's shift β: learned, without decay.</summary>
    BatchNormBias,

    /// <summary>Batch normalization's running mean.</summary>
    RunningMean,

    /// <summary>Batch normalization's running variance.</summary>
    RunningVariance,

    /// <summary>How many batches the running statistics have seen: a scalar.</summary>
    BatchesTracked,

    /// <summary>The anchors in cells of their level: (levels, anchors, 2).</summary>
    Anchors,
}
