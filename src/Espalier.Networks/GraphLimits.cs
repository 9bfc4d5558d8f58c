namespace Espalier.Networks;

/// <summary>What a table or a stored graph may ask for, checked before anything of that size is made.</summary>
internal static class GraphLimits
{
    /// <summary>Rows of a table.</summary>
    public const int Rows = 1_000;

    /// <summary>Repeats of one row, after the depth multiple.</summary>
    public const int Repeats = 1_000;

    /// <summary>Nodes of a graph.</summary>
    public const int Nodes = 20_000;

    /// <summary>Inputs of one node.</summary>
    public const int Inputs = 256;

    /// <summary>Channels of one tensor.</summary>
    public const int Channels = 65_536;

    /// <summary>A kernel's side.</summary>
    public const int Kernel = 255;

    /// <summary>Classes of a network.</summary>
    public const int Classes = 10_000;

    /// <summary>Trainable parameters of a network.</summary>
    public const long Parameters = 1_000_000_000;

    /// <summary>A side of an image or a feature map, in pixels or cells.</summary>
    public const int Side = 65_536;

    /// <summary>Characters of a node's name.</summary>
    public const int NameLength = 200;
}
