using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Scene;

/// <summary>A picture in the making: floating-point RGB, so that light and blur lose nothing.</summary>
internal sealed class ScenePicture
{
    public ScenePicture(int width, int height)
    {
        (Width, Height) = (width, height);
        Pixels = new float[width * height * 3];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary><c>height × width × 3</c>, 0…1 where the camera will not cut.</summary>
    public float[] Pixels { get; }

    public Tint this[int x, int y]
    {
        get
        {
            var i = (y * Width + x) * 3;
            return new Tint(Pixels[i], Pixels[i + 1], Pixels[i + 2]);
        }

        set
        {
            var i = (y * Width + x) * 3;
            (Pixels[i], Pixels[i + 1], Pixels[i + 2]) = (value.Red, value.Green, value.Blue);
        }
    }

    /// <summary>Paints where a coverage says, in one colour.</summary>
    public void Paint(Coverage coverage, Tint tint, double opacity = 1) => Paint(coverage, (_, _, _) => tint, opacity);

    /// <summary>Paints where a coverage says; the colour is made from the place and what is there.</summary>
    public void Paint(Coverage coverage, Func<int, int, Tint, Tint> colour, double opacity = 1)
    {
        var (left, right) = (Math.Max(coverage.Left, 0), Math.Min(coverage.Left + coverage.Width, Width));
        var (top, bottom) = (Math.Max(coverage.Top, 0), Math.Min(coverage.Top + coverage.Height, Height));
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                var share = coverage.Values[(y - coverage.Top) * coverage.Width + x - coverage.Left] * opacity;
                if (share <= .002) continue;
                var before = this[x, y];
                this[x, y] = Tint.Mix(before, colour(x, y, before), share);
            }
        }
    }

    /// <summary>Darkens where a coverage lies, moved by an offset: a shadow.</summary>
    public void Shade(Coverage coverage, int moveX, int moveY, double strength)
    {
        for (var y = Math.Max(coverage.Top + moveY, 0); y < Math.Min(coverage.Top + coverage.Height + moveY, Height); y++)
        {
            for (var x = Math.Max(coverage.Left + moveX, 0); x < Math.Min(coverage.Left + coverage.Width + moveX, Width); x++)
            {
                var share = coverage.At(x - moveX, y - moveY) * strength;
                if (share > .002) this[x, y] *= 1 - share;
            }
        }
    }

    /// <summary>The mean brightness within a rectangle of the picture.</summary>
    public double MeanLuma(int left, int top, int right, int bottom)
    {
        double sum = 0;
        var count = 0;
        for (var y = Math.Max(top, 0); y < Math.Min(bottom, Height); y += 2)
        {
            for (var x = Math.Max(left, 0); x < Math.Min(right, Width); x += 2, count++) sum += this[x, y].Luma;
        }

        return count == 0 ? .5 : sum / count;
    }

    /// <summary>The picture with each block of pixels averaged to one.</summary>
    public ScenePicture Reduced(int factor)
    {
        if (factor == 1) return this;
        var reduced = new ScenePicture(Width / factor, Height / factor);
        var scale = 1f / (factor * factor);
        for (var y = 0; y < reduced.Height * factor; y++)
        {
            for (var x = 0; x < reduced.Width * factor; x++)
            {
                var (from, to) = ((y * Width + x) * 3, (y / factor * reduced.Width + x / factor) * 3);
                for (var channel = 0; channel < 3; channel++) reduced.Pixels[to + channel] += Pixels[from + channel] * scale;
            }
        }

        return reduced;
    }

    /// <summary>As bytes.</summary>
    public Picture ToPicture()
    {
        var picture = new Picture(Width, Height);
        for (var i = 0; i < Pixels.Length; i++) picture.Pixels[i] = (byte)(Math.Clamp(Pixels[i], 0, 1) * 255 + .5f);
        return picture;
    }

    /// <summary>From bytes.</summary>
    public static ScenePicture From(Picture picture)
    {
        var scene = new ScenePicture(picture.Width, picture.Height);
        for (var i = 0; i < scene.Pixels.Length; i++) scene.Pixels[i] = picture.Pixels[i] / 255f;
        return scene;
    }
}
