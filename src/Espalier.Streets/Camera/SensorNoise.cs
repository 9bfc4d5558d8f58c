using Espalier.Streets.Scene;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Camera;

/// <summary>Grain of brightness, and blotches of colour, as small sensors have them in the shade.</summary>
internal static class SensorNoise
{
    /// <summary>Adds noise, in proportion to what there is to be seen: <paramref name="strength"/>, 0…1.</summary>
    public static void Apply(ScenePicture scene, Dice dice, bool easy, double strength)
    {
        var grain = strength * (easy ? dice.Between(0, .01) : dice.Chance(.13) ? dice.Between(.01, .024) : dice.Between(.003, .01));
        var colour = strength * (easy ? 0 : dice.Chance(.3) ? dice.Between(.02, .055) : dice.Between(.006, .025));
        var pixels = scene.Width * scene.Height;
        if (colour > 0) AddColour(scene, dice, colour);
        for (var i = 0; i < pixels; i++)
        {
            var value = (float)(grain * Bell(dice));
            for (var channel = 0; channel < 3; channel++) scene.Pixels[i * 3 + channel] += value;
        }
    }

    private static void AddColour(ScenePicture scene, Dice dice, double strength)
    {
        var noise = new float[scene.Pixels.Length];
        var sigma = dice.Between(.5, 1.4);
        for (var i = 0; i < noise.Length; i++) noise[i] = (float)(strength * (1 + sigma) * Bell(dice));
        GaussianBlur.Apply(noise, scene.Width, scene.Height, 3, sigma);
        for (var i = 0; i < noise.Length; i += 3)
        {
            var grey = .299f * noise[i] + .587f * noise[i + 1] + .114f * noise[i + 2];
            for (var channel = 0; channel < 3; channel++) scene.Pixels[i + channel] += noise[i + channel] - grey;
        }
    }

    // The sum of four uniform numbers out of one draw: near enough to a normal one, and cheap.
    private static double Bell(Dice dice)
    {
        var bits = dice.Bits();
        var sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
        return (sum / 65535.0 - 2) * 1.7320508;
    }
}
