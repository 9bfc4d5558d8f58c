using System.Runtime.CompilerServices;
using Espalier.Vision;

namespace Espalier.Datasets.Augmentation;

/// <summary>
/// Draws photos lying on a canvas into the network's frame without ever painting the canvas: for each photo the map from
/// the frame back to the photo is one homography, and every pixel is sampled bilinearly straight from the photo.
/// </summary>
/// <remarks>
/// Pasting four photos on a canvas of twice the side and warping that gives the same picture, up to the one-pixel seams
/// (there the pasted canvas blends neighbours, here each photo's edge pixels are repeated), for four times the memory traffic.
/// </remarks>
internal static unsafe class CanvasWarp
{
    /// <summary>The grey of what no photo covers, YOLOv5's letterbox colour.</summary>
    private const byte Fill = Letterbox.PaddingLevel;

    private const int FractionBits = 16;

    /// <summary>Fills the frame with grey and draws the photos over it.</summary>
    /// <param name="photos">Photos that do not overlap each other on the canvas.</param>
    /// <param name="canvasSize">The canvas's side in pixels.</param>
    /// <param name="canvasToFrame">From canvas to frame, in pixels of both.</param>
    /// <param name="frame"><c>frameSize × frameSize × 3</c> bytes.</param>
    /// <param name="frameSize">The frame's side in pixels, at most 8,192.</param>
    public static void Draw(
        ReadOnlySpan<PlacedPhoto> photos, int canvasSize, in Homography canvasToFrame, Span<byte> frame, int frameSize)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame.Length, frameSize * frameSize * 3);
        frame.Fill(Fill);
        var frameToCanvas = canvasToFrame.Inverse();
        foreach (var photo in photos)
        {
            var visible = new VisiblePart(
                Math.Max(photo.X, 0), Math.Max(photo.Y, 0),
                Math.Min(photo.X + photo.Photo.Width, canvasSize), Math.Min(photo.Y + photo.Photo.Height, canvasSize));
            if (visible.Left >= visible.Right || visible.Top >= visible.Bottom) continue;
            fixed (byte* source = photo.Photo.Pixels, target = frame)
            {
                if (frameToCanvas.IsAffine) DrawAffine(photo, visible, frameToCanvas, source, target, frameSize);
                else DrawProjective(photo, visible, frameToCanvas, source, target, frameSize);
            }
        }
    }

    /// <summary>Row by row: the columns that fall on the photo are an interval,
    /// and within it the source moves by a constant step.</summary>
    private static void DrawAffine(
        in PlacedPhoto placed, in VisiblePart visible, in Homography map, byte* source, byte* target, int frameSize)
    {
        var (stepX, stepY) = (ToFixed(map.M11), ToFixed(map.M21));
        var (width, height) = (placed.Photo.Width, placed.Photo.Height);
        for (var row = 0; row < frameSize; row++)
        {
            // The canvas position of the centre of the row's first pixel.
            var canvasX = map.M11 * .5 + map.M12 * (row + .5) + map.M13;
            var canvasY = map.M21 * .5 + map.M22 * (row + .5) + map.M23;
            var (begin, end) = (0, frameSize);
            Narrow(ref begin, ref end, canvasX, map.M11, visible.Left, visible.Right);
            Narrow(ref begin, ref end, canvasY, map.M21, visible.Top, visible.Bottom);

            // Half a pixel back: samples lie at pixel centres.
            var x = ToFixed(canvasX + map.M11 * begin - placed.X - .5);
            var y = ToFixed(canvasY + map.M21 * begin - placed.Y - .5);
            var pixel = target + ((long)row * frameSize + begin) * 3;
            for (var column = begin; column < end; column++, pixel += 3, x += stepX, y += stepY)
            {
                Sample(source, width, height, x, y, pixel);
            }
        }
    }

    /// <summary>Pixel by pixel, with a division each.</summary>
    private static void DrawProjective(
        in PlacedPhoto placed, in VisiblePart visible, in Homography map, byte* source, byte* target, int frameSize)
    {
        for (var row = 0; row < frameSize; row++)
        {
            for (var column = 0; column < frameSize; column++)
            {
                var (x, y, depth) = map.Transform(column + .5, row + .5);
                if (!(depth > 0 && x >= visible.Left && x < visible.Right && y >= visible.Top && y < visible.Bottom)) continue;
                var pixel = target + ((long)row * frameSize + column) * 3;
                Sample(
                    source, placed.Photo.Width, placed.Photo.Height,
                    ToFixed(x - placed.X - .5), ToFixed(y - placed.Y - .5), pixel);
            }
        }
    }

    /// <summary>Narrows [begin, end) to the whole numbers i for which low ≤ start + i·step &lt; high.</summary>
    /// <remarks>The bounds are canvas lines, so two photos that share one divide the pixels without gap or overlap.</remarks>
    private static void Narrow(ref int begin, ref int end, double start, double step, double low, double high)
    {
        if (Math.Abs(step) < 1e-9)
        {
            if (!(start >= low && start < high)) end = begin;
            return;
        }

        var (atLow, atHigh) = ((low - start) / step, (high - start) / step);
        var (first, afterLast) = step > 0
            ? (Math.Ceiling(atLow), Math.Ceiling(atHigh))
            : (Math.Floor(atHigh) + 1, Math.Floor(atLow) + 1);
        begin = (int)Math.Clamp(first, begin, end);
        end = (int)Math.Clamp(afterLast, begin, end);
    }

    /// <summary>One bilinear sample of three colours; positions beyond the photo's edge repeat the edge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sample(byte* source, int width, int height, int x, int y, byte* pixel)
    {
        var (column, row) = (x >> FractionBits, y >> FractionBits);
        var upper = source + ((nint)Math.Clamp(row, 0, height - 1) * width + Math.Clamp(column, 0, width - 1)) * 3;
        var right = (uint)column < (uint)(width - 1) ? 3 : 0;
        var lower = (uint)row < (uint)(height - 1) ? upper + width * 3 : upper;

        // Weights of 8 bits an axis: their four products add up to 1 << 16.
        var (shareX, shareY) = ((x >> 8) & 255, (y >> 8) & 255);
        var lowerRight = shareX * shareY;
        var lowerLeft = (shareY << 8) - lowerRight;
        var upperRight = (shareX << 8) - lowerRight;
        var upperLeft = (1 << 16) - (shareX << 8) - lowerLeft;
        pixel[0] = Blend(upper, lower, right, upperLeft, upperRight, lowerLeft, lowerRight);
        pixel[1] = Blend(upper + 1, lower + 1, right, upperLeft, upperRight, lowerLeft, lowerRight);
        pixel[2] = Blend(upper + 2, lower + 2, right, upperLeft, upperRight, lowerLeft, lowerRight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Blend(byte* upper, byte* lower, int right, int upperLeft, int upperRight, int lowerLeft, int lowerRight) =>
        (byte)((upper[0] * upperLeft + upper[right] * upperRight + lower[0] * lowerLeft + lower[right] * lowerRight + (1 << 15)) >> 16);

    private static int ToFixed(double value) => (int)Math.Round(value * (1 << FractionBits));

    /// <summary>The part of a photo that lies on the canvas, in canvas pixels.</summary>
    private readonly record struct VisiblePart(int Left, int Top, int Right, int Bottom);
}
