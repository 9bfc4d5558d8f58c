using FsCheck.Xunit;

namespace Espalier.Vision.Tests;

public sealed class LetterboxTests
{
    [Fact]
    public void Oracle_of_the_reference_holds()
    {
        Assert.Equal(new Letterbox(810, 1080, 480, 640, 0, 0, 480, 640), Letterbox.Minimal(810, 1080, 640));
        Assert.Equal(new Letterbox(1280, 720, 640, 360, 0, 12, 640, 384), Letterbox.Minimal(1280, 720, 640));
        Assert.Equal(new Letterbox(100, 47, 320, 150, 0, 85, 320, 320), Letterbox.Square(100, 47, 320));
    }

    [Fact]
    public void Without_enlarging_a_small_picture_is_only_padded()
    {
        Assert.Equal(new Letterbox(100, 47, 100, 47, 30, 56, 160, 160), Letterbox.Square(100, 47, 160, enlarge: false));
        Assert.Equal(new Letterbox(100, 47, 100, 47, 14, 24, 128, 96), Letterbox.Into(100, 47, 128, 96, enlarge: false));
    }

    [Property]
    public bool Boxes_return_from_the_letterbox(ushort w, ushort h, byte size, bool minimal)
    {
        var (width, height, side) = (w % 2000 + 1, h % 2000 + 1, size * 4 + 32);
        var letterbox = minimal ? Letterbox.Minimal(width, height, side) : Letterbox.Square(width, height, side);
        var box = new Box(0, height / 4f, width, height / 2f);
        var there = letterbox.ToLetterboxed(box);
        var back = letterbox.ToOriginal(there);
        var tolerance = 1e-3f * Math.Max(width, height);
        return there.Left >= 0 && there.Right <= letterbox.Width + 1e-2f
            && Math.Abs(back.Left - box.Left) < tolerance && Math.Abs(back.Top - box.Top) < tolerance
            && Math.Abs(back.Right - box.Right) < tolerance && Math.Abs(back.Bottom - box.Bottom) < tolerance;
    }

    [Property]
    public bool Minimal_rectangles_keep_a_multiple_of_the_stride_and_pad_less_than_one(ushort w, ushort h)
    {
        var letterbox = Letterbox.Minimal(w % 3000 + 1, h % 3000 + 1, 320);
        return letterbox.Width % 32 == 0 && letterbox.Height % 32 == 0
            && letterbox.Width - letterbox.ResizedWidth < 32 && letterbox.Height - letterbox.ResizedHeight < 32;
    }

    [Fact]
    public void Pixels_are_padded_with_114_and_the_picture_stands_between()
    {
        var picture = TestPictures.Noise(30, 10);
        var letterbox = Letterbox.Into(30, 10, 35, 17, enlarge: false);
        var fitted = letterbox.Apply(picture);
        for (var y = 0; y < 17; y++)
        {
            var row = fitted.Row(y);
            if (y is < 3 or >= 13)
            {
                Assert.False(row.ContainsAnyExcept((byte)114));
                continue;
            }

            Assert.Equal([114, 114, 114, 114, 114, 114], row[..6].ToArray());
            Assert.Equal(picture.Row(y - 3).ToArray(), row[6..96].ToArray());
            Assert.False(row[96..].ContainsAnyExcept((byte)114));
        }
    }

    [Fact]
    public void Planar_floats_are_the_same_pixels_over_255()
    {
        var picture = TestPictures.Noise(50, 20);
        var letterbox = Letterbox.Square(50, 20, 64);
        var bytes = letterbox.Apply(picture);
        var floats = new float[letterbox.Length];
        letterbox.ApplyTo(picture, floats);
        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 64; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    Assert.Equal(bytes.Row(y)[x * 3 + channel] / 255f, floats[(channel * 64 + y) * 64 + x]);
            }
        }
    }

    [Fact]
    public void A_picture_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => Letterbox.Square(10, 10, 32).Apply(new Picture(11, 10)));
}
