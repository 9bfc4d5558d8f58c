using Espalier.Streets.Scene;

namespace Espalier.Streets.Camera;

/// <summary>The camera moved while its shutter was open.</summary>
internal static class MotionBlur
{
    /// <summary>Averages along a line.</summary>
    /// <param name="scene">The picture, changed in place.</param>
    /// <param name="length">Of the line, in pixels.</param>
    /// <param name="angle">Of the line, in radians.</param>
    public static void Apply(ScenePicture scene, double length, double angle)
    {
        var taps = Math.Max(2, (int)Math.Ceiling(length * 1.5));
        if (length < .5) return;
        var copy = (float[])scene.Pixels.Clone();
        var (sine, cosine) = Math.SinCos(angle);
        Array.Clear(scene.Pixels);
        for (var tap = 0; tap < taps; tap++)
        {
            var way = length * ((double)tap / (taps - 1) - .5);
            Add(scene, copy, way * cosine, way * sine, 1f / taps);
        }
    }

    private static void Add(ScenePicture scene, float[] from, double moveX, double moveY, float weight)
    {
        var (floorX, floorY) = ((int)Math.Floor(moveX), (int)Math.Floor(moveY));
        var (shareX, shareY) = ((float)(moveX - floorX), (float)(moveY - floorY));
        for (var y = 0; y < scene.Height; y++)
        {
            var (row0, row1) = (Math.Clamp(y + floorY, 0, scene.Height - 1) * scene.Width,
                Math.Clamp(y + floorY + 1, 0, scene.Height - 1) * scene.Width);
            for (var x = 0; x < scene.Width; x++)
            {
                var (column0, column1) = (Math.Clamp(x + floorX, 0, scene.Width - 1), Math.Clamp(x + floorX + 1, 0, scene.Width - 1));
                var to = (y * scene.Width + x) * 3;
                for (var channel = 0; channel < 3; channel++)
                {
                    var top = from[(row0 + column0) * 3 + channel] * (1 - shareX) + from[(row0 + column1) * 3 + channel] * shareX;
                    var bottom = from[(row1 + column0) * 3 + channel] * (1 - shareX) + from[(row1 + column1) * 3 + channel] * shareX;
                    scene.Pixels[to + channel] += weight * (top * (1 - shareY) + bottom * shareY);
                }
            }
        }
    }
}
