namespace Espalier.Vision;

/// <summary>A picture's size in pixels, as it is to be seen.</summary>
/// <param name="Width">Pixels, at least 1.</param>
/// <param name="Height">Pixels, at least 1.</param>
public readonly record struct PictureSize(int Width, int Height);
