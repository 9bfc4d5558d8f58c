using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Augmentation;

/// <summary>The random map from the canvas on which photos are laid out to the frame that the network sees.</summary>
/// <param name="CanvasToFrame">The map, in pixels of both.</param>
/// <param name="Scale">The size factor that was drawn, by which a box's area is expected to change (squared).</param>
internal readonly record struct RandomPerspective(Homography CanvasToFrame, double Scale)
{
    /// <summary>
    /// Draws a map: the canvas's centre to the origin, then perspective, rotation with scale, shear, translation (to the
    /// frame's middle ± <see cref="AugmentationOptions.Translate"/>).
    /// </summary>
    /// <param name="options">How strong.</param>
    /// <param name="random">The picture's stream; advanced.</param>
    /// <param name="canvasSize">The canvas's side in pixels: twice the frame's for a mosaic, else the frame's.</param>
    /// <param name="frameSize">The frame's side in pixels.</param>
    public static RandomPerspective Draw(AugmentationOptions options, ref KeyedRandom random, double canvasSize, double frameSize)
    {
        var center = Homography.Translation(-canvasSize / 2, -canvasSize / 2);
        var perspective = new Homography(
            1, 0, 0, 0, 1, 0, random.NextWithin(options.Perspective), random.NextWithin(options.Perspective), 1);
        var (sine, cosine) = Math.SinCos(random.NextWithin(options.Degrees) * Math.PI / 180);
        var scale = random.NextBetween(1 - options.Scale, 1 + options.Scale);
        var rotation = Homography.Affine(scale * cosine, scale * sine, 0, -scale * sine, scale * cosine, 0);
        var shear = Homography.Affine(
            1, Math.Tan(random.NextWithin(options.Shear) * Math.PI / 180), 0,
            Math.Tan(random.NextWithin(options.Shear) * Math.PI / 180), 1, 0);
        var translation = Homography.Translation(
            (.5 + random.NextWithin(options.Translate)) * frameSize, (.5 + random.NextWithin(options.Translate)) * frameSize);
        return new RandomPerspective(translation * shear * rotation * perspective * center, scale);
    }

    /// <summary>The same map followed by the flips that were drawn for the picture.</summary>
    public RandomPerspective Flipped(bool horizontally, bool vertically, double frameSize)
    {
        var flip = Homography.Affine(
            horizontally ? -1 : 1, 0, horizontally ? frameSize : 0,
            0, vertically ? -1 : 1, vertically ? frameSize : 0);
        return this with { CanvasToFrame = flip * CanvasToFrame };
    }
}
