using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>Where the camera stands and what its frame takes in.</summary>
/// <param name="ToCanvas">From the wall's plane, in digit heights, to the canvas, in pixels.</param>
/// <param name="ToWall">And back.</param>
/// <param name="Width">The finished picture's, in pixels.</param>
/// <param name="Height">The finished picture's, in pixels.</param>
/// <param name="Supersampling">Canvas pixels a picture pixel, each way.</param>
/// <param name="DigitHeight">In pixels of the finished picture.</param>
internal sealed record Viewpoint(Homography ToCanvas, Homography ToWall, int Width, int Height, int Supersampling, double DigitHeight)
{
    public int CanvasWidth => Width * Supersampling;

    public int CanvasHeight => Height * Supersampling;

    /// <summary>Canvas pixels a digit height.</summary>
    public double Unit => DigitHeight * Supersampling;
}
