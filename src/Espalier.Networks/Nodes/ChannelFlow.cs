namespace Espalier.Networks;

/// <summary>What a node does to the channels it is given: all that dependency analysis,
/// cutting and filling up need to know of it.</summary>
internal enum ChannelFlow
{
    /// <summary>Makes channels of its own: the picture, a convolution.</summary>
    Fresh,

    /// <summary>Makes channels of its own from all that it reads, of neither of which one can go alone:
    /// a convolution in groups, a mean over channels.</summary>
    Whole,

    /// <summary>Hands its input's on, each as often as <see cref="Node.Copies"/> says:
    /// normalization, pooling, a depthwise convolution.</summary>
    Handed,

    /// <summary>Hands its input's on four times over, one list behind the other: Focus.</summary>
    Repeated,

    /// <summary>Lists of several inputs one behind the other.</summary>
    Joined,

    /// <summary>Several inputs whose lists must be one: what is channel i here is channel i there.</summary>
    Equated,

    /// <summary>Hands its first input's on; its second's are the same, or a single one that all are multiplied by.</summary>
    Gated,

    /// <summary>None: the decoding.</summary>
    Ends,
}
