using System.Buffers;
using Espalier.Core;
using Espalier.Datasets.Photos;
using Espalier.Vision;

namespace Espalier.Datasets.Augmentation;

/// <summary>Makes one training picture: photos laid out, warped into the frame, blended, coloured; and its targets.</summary>
/// <param name="photos">Where photos come from.</param>
/// <param name="options">How strongly to vary.</param>
/// <param name="imageSize">The frame's side in pixels, in which boxes are judged; drawing may be at another size.</param>
internal sealed class PictureComposer(PhotoCache photos, AugmentationOptions options, int imageSize)
{
    private const int MixUpBeta = 32;

    /// <summary>Composes the picture of one place in an epoch's order.</summary>
    /// <param name="order">The epoch's order; the other photos of a mosaic are drawn from it.</param>
    /// <param name="place">The picture's place in it.</param>
    /// <param name="random">The picture's own stream.</param>
    /// <param name="frame"><c>frameSize × frameSize × 3</c> bytes to draw into.</param>
    /// <param name="frameSize">The side to draw at in pixels.</param>
    /// <param name="image">The picture's place in its batch.</param>
    /// <param name="targets">Receives the objects that are left, as shares of the frame.</param>
    /// <returns>The entry that the picture was made for.</returns>
    /// <exception cref="EspalierException">No photo of the data set can be decoded.</exception>
    public DatasetEntry Compose(
        ReadOnlySpan<int> order, int place, KeyedRandom random, Span<byte> frame, int frameSize, int image, List<BatchTarget> targets)
    {
        var first = photos.GetOrNext(order[place]);
        var target = new Frame(
            frameSize, image, targets, random.NextChance(options.HorizontalFlip), random.NextChance(options.VerticalFlip));
        if (random.NextChance(options.Mosaic))
        {
            DrawMosaic(first, order, ref random, frame, target);
            if (random.NextChance(options.MixUp)) MixIn(order, ref random, frame, target);
        }
        else
        {
            Draw([PlacedPhoto.Centered(first, imageSize)], imageSize, ref random, frame, target);
        }

        if (options.HueGain > 0 || options.SaturationGain > 0 || options.ValueGain > 0)
        {
            HsvGains.Draw(options, ref random).Apply(frame);
        }

        return first.Entry;
    }

    /// <summary>Four photos in random order around a corner that lies uniformly in the middle half of a canvas of twice the side.</summary>
    private void DrawMosaic(
        LoadedPhoto first, ReadOnlySpan<int> order, ref KeyedRandom random, Span<byte> frame, in Frame target)
    {
        Span<int> quarters = [0, 1, 2, 3];
        random.Shuffle(quarters);
        var centerX = (int)random.NextBetween(imageSize * .5, imageSize * 1.5);
        var centerY = (int)random.NextBetween(imageSize * .5, imageSize * 1.5);
        var placed = new PlacedPhoto[4];
        placed[0] = PlacedPhoto.InMosaic(first, quarters[0], centerX, centerY);
        for (var i = 1; i < 4; i++)
        {
            var photo = photos.GetOrNext(order[random.NextIndex(order.Length)]);
            placed[i] = PlacedPhoto.InMosaic(photo, quarters[i], centerX, centerY);
        }

        Draw(placed, 2 * imageSize, ref random, frame, target);
    }

    /// <summary>mixup (Zhang et al. 2018): a second mosaic shines through, and the objects of both count.</summary>
    private void MixIn(ReadOnlySpan<int> order, ref KeyedRandom random, Span<byte> frame, in Frame target)
    {
        var rented = ArrayPool<byte>.Shared.Rent(frame.Length);
        var second = rented.AsSpan(0, frame.Length);
        DrawMosaic(photos.GetOrNext(order[random.NextIndex(order.Length)]), order, ref random, second, target);

        // 8-bit weights: a share's rounding changes a pixel by half a grey level at most.
        var share = (int)Math.Round(random.NextSymmetricBeta(MixUpBeta) * 256);
        for (var i = 0; i < frame.Length; i++)
        {
            frame[i] = (byte)((frame[i] * share + second[i] * (256 - share) + 128) >> 8);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    private void Draw(
        ReadOnlySpan<PlacedPhoto> placed, int canvasSize, ref KeyedRandom random, Span<byte> frame, in Frame target)
    {
        var perspective = RandomPerspective.Draw(options, ref random, canvasSize, imageSize)
            .Flipped(target.FlipHorizontally, target.FlipVertically, imageSize);
        var zoom = (double)target.Size / imageSize;
        CanvasWarp.Draw(placed, canvasSize, Homography.Scaling(zoom, zoom) * perspective.CanvasToFrame, frame, target.Size);
        foreach (var photo in placed)
        {
            foreach (var label in photo.Entry.Labels)
            {
                if (BoxSurvival.Transform(photo.OnCanvas(label.Box, canvasSize), perspective, imageSize) is not { } box) continue;
                target.Targets.Add(new BatchTarget(
                    target.Image, label.Class,
                    box.CenterX / imageSize, box.CenterY / imageSize, box.Width / imageSize, box.Height / imageSize));
            }
        }
    }

    /// <summary>What stays the same for all that is drawn into one picture.</summary>
    private readonly record struct Frame(
        int Size, int Image, List<BatchTarget> Targets, bool FlipHorizontally, bool FlipVertically);
}
