namespace Espalier.Datasets.Anchors;

/// <summary>The size of an anchor, or of a labelled box that anchors are fitted to.</summary>
/// <param name="Width">In pixels of the network's input.</param>
/// <param name="Height">In pixels of the network's input.</param>
internal readonly record struct AnchorSize(float Width, float Height)
{
    /// <summary>Width × height.</summary>
    public float Area => Width * Height;
}
