namespace Espalier.Networks;

/// <summary>What a node does to the channels it is given: all that dependency analysis, cutting and filling up need to know of it.</summary>
internal enum ChannelFlow
{
    /// <summary>Makes channels of its own: the picture, a convolution.</summary>
    Fresh,

    /// <summary>Hands its input's on, one for one.</summary>
    Handed,

    /// <summary>Hands its input's on four times over, one list behind the other: Focus.</summary>
    Repeated,

    /// <summary>Lists of several inputs one behind the other.</summary>
    Joined,

    /// <summary>Several inputs whose lists must be one: what is channel i here is channel i there.</summary>
    Equated,

    /// <summary>None: the decoding.</summary>
    Ends,
}
