using Espalier.Streets.Scene;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Camera;

/// <summary>
/// The camera on the car's roof and what happened to its pictures: out of focus, moving, exposed for the sky, sharpened, noisy, stored
/// as JPEG, and cut out at another size.
/// </summary>
internal sealed class StreetCamera(Dice dice, bool easy)
{
    /// <summary>Takes the photo.</summary>
    /// <param name="scene">The picture at its final size.</param>
    /// <param name="digitHeight">A digit's height in it, in pixels.</param>
    /// <param name="isPhoto">Whether the digits are photos already, and blurred enough.</param>
    public Picture Expose(ScenePicture scene, double digitHeight, bool isPhoto = false)
    {
        var (width, height) = (scene.Width, scene.Height);
        var coarse = easy || dice.Chance(.55) ? 1 : dice.Between(Math.Clamp(9 / digitHeight, .45, 1), 1);
        if (coarse < 1) scene = Resized(scene, coarse);
        if (!isPhoto) Focus(scene, digitHeight * coarse);
        if (!easy && !isPhoto && dice.Chance(.15))
            MotionBlur.Apply(scene, dice.Between(.03, .16) * digitHeight * coarse, dice.Chance(.7)
                ? dice.Within(.4) : dice.Between(0, Math.PI));
        if (!easy && dice.Chance(.3)) ColourFringe(scene);
        var contrast = Tone(scene);
        if (!easy && dice.Chance(.35)) Sharpen(scene);
        SensorNoise.Apply(scene, dice, easy, Math.Clamp(contrast * 1.2, .3, 1));
        var picture = Compress(scene.ToPicture());
        return coarse < 1 ? Resampling.Resize(picture, width, height) : picture;
    }

    private static ScenePicture Resized(ScenePicture scene, double factor)
    {
        var (width, height) = (Math.Max(8, (int)(scene.Width * factor)), Math.Max(8, (int)(scene.Height * factor)));
        return ScenePicture.From(Resampling.Resize(scene.ToPicture(), width, height, ResizeFilter.Area));
    }

    private void Focus(ScenePicture scene, double digitHeight)
    {
        var share = easy ? dice.Between(0, .015) : dice.Weighted([.28, .45, .21, .06]) switch
        {
            0 => dice.Between(0, .012),
            1 => dice.Between(.012, .04),
            2 => dice.Between(.04, .075),
            _ => dice.Between(.075, .1),
        };
        GaussianBlur.Apply(scene.Pixels, scene.Width, scene.Height, 3, Math.Max(share * digitHeight, easy ? 0 : dice.Between(.35, .65)));
    }

    // Red and blue are not imaged at quite the same size; seen as purple edges.
    private void ColourFringe(ScenePicture scene)
    {
        var (red, blue) = (dice.Within(.7), dice.Within(.7));
        var copy = (float[])scene.Pixels.Clone();
        for (var y = 0; y < scene.Height; y++)
        {
            for (var x = 1; x < scene.Width - 1; x++)
            {
                var i = (y * scene.Width + x) * 3;
                scene.Pixels[i] = Between(copy, i, red);
                scene.Pixels[i + 2] = Between(copy, i + 2, blue);
            }
        }

        static float Between(float[] values, int i, double move)
        {
            var share = (float)Math.Abs(move);
            return values[i] * (1 - share) + values[move > 0 ? i + 3 : i - 3] * share;
        }
    }

    // Exposure, haze, contrast, and the white balance that was wrong.
    // Returns what is left of the scene's contrast.
    private double Tone(ScenePicture scene)
    {
        var gain = easy ? dice.Between(.8, 1.1) : dice.Weighted([.17, .63, .2]) switch
        {
            0 => dice.Between(.45, .7),
            1 => dice.Between(.65, 1.08),
            _ => dice.Between(1.05, 1.3),
        };
        var haze = easy ? dice.Between(0, .05) : gain > .5 && dice.Chance(.35) ? dice.Between(.05, .35) : dice.Between(0, .05);
        var veil = haze * dice.Between(.4, .9);
        var gamma = easy ? 1 : dice.Between(.85, 1.25);
        var saturation = easy ? 1 : dice.Between(.4, 1);
        var shade = easy ? 0 : .03; // Fronts in the shade are lit by the sky.
        Span<double> cast = [1 - shade + dice.Normal() * .05, 1 + dice.Normal() * .025, 1 + shade + dice.Normal() * .06];
        var pixels = scene.Pixels;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            var grey = .299 * pixels[i] + .587 * pixels[i + 1] + .114 * pixels[i + 2];
            for (var channel = 0; channel < 3; channel++)
            {
                var value = (grey + (pixels[i + channel] - grey) * saturation) * gain * cast[channel];
                value = value <= 0 ? 0 : Math.Pow(value, gamma);
                pixels[i + channel] = (float)(value * (1 - haze) + veil);
            }
        }

        return Math.Min(gain, 1) * (1 - haze);
    }

    private void Sharpen(ScenePicture scene)
    {
        var (strength, sigma) = ((float)dice.Between(.3, 1.4), dice.Between(.6, 1.6));
        var soft = (float[])scene.Pixels.Clone();
        GaussianBlur.Apply(soft, scene.Width, scene.Height, 3, sigma);
        for (var i = 0; i < soft.Length; i++) scene.Pixels[i] += (scene.Pixels[i] - soft[i]) * strength;
    }

    private Picture Compress(Picture picture)
    {
        if (dice.Chance(easy ? .6 : .12)) return picture;
        return PictureReader.Read(PictureWriter.EncodeJpeg(picture, easy ? 90 : (int)dice.Between(38, 93)), name: "The photo");
    }
}
