using Espalier.Datasets.Augmentation;
using Espalier.Vision;

namespace Espalier.Datasets.Tests;

/// <summary>The plain way that <see cref="CanvasWarp"/> is held against: paste the photos on a canvas, then warp the canvas in floating
/// point.</summary>
internal static class PasteThenWarp
{
    public static byte[] Draw(ReadOnlySpan<PlacedPhoto> photos, int canvasSize, Homography canvasToFrame, int frameSize)
    {
        var canvas = Picture.Filled(canvasSize, canvasSize, 114, 114, 114);
        foreach (var photo in photos) Paste(photo, canvas);

        var back = canvasToFrame.Inverse();
        var frame = new byte[frameSize * frameSize * 3];
        for (var row = 0; row < frameSize; row++)
        {
            for (var column = 0; column < frameSize; column++)
            {
                var (x, y, _) = back.Transform(column + .5, row + .5);
                for (var channel = 0; channel < 3; channel++)
                {
                    frame[(row * frameSize + column) * 3 + channel] = (byte)Math.Round(Sample(canvas, x - .5, y - .5, channel));
                }
            }
        }

        return frame;
    }

    private static void Paste(PlacedPhoto placed, Picture canvas)
    {
        for (var y = 0; y < placed.Photo.Height; y++)
        {
            for (var x = 0; x < placed.Photo.Width; x++)
            {
                var (column, row) = (x + placed.X, y + placed.Y);
                if (column < 0 || row < 0 || column >= canvas.Width || row >= canvas.Height) continue;
                placed.Photo.Row(y).Slice(x * 3, 3).CopyTo(canvas.Row(row)[(column * 3)..]);
            }
        }
    }

    private static double Sample(Picture picture, double x, double y, int channel)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (shareX, shareY) = (x - left, y - top);
        return (At(left, top) * (1 - shareX) + At(left + 1, top) * shareX) * (1 - shareY)
            + (At(left, top + 1) * (1 - shareX) + At(left + 1, top + 1) * shareX) * shareY;

        double At(int column, int row) =>
            column < 0 || row < 0 || column >= picture.Width || row >= picture.Height ? 114 : picture.Row(row)[column * 3 + channel];
    }
}
