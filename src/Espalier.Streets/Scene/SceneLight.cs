using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>Uneven light: a fall-off across the wall, the edge of a shadow, sun through leaves.</summary>
internal static class SceneLight
{
    /// <summary>Lights a scene.</summary>
    public static void Apply(ScenePicture scene, Viewpoint view, Dice dice, bool easy)
    {
        var (slopeX, slopeY) = (dice.Within(easy ? .08 : .25), dice.Within(easy ? .08 : .2));
        var edge = !easy && dice.Chance(.14);
        var (sine, cosine) = Math.SinCos(dice.Between(0, 2 * Math.PI));
        var (offset, softness, dark) = (dice.Within(1), dice.Between(.02, .3), dice.Between(.3, .75));
        var dappled = !easy && dice.Chance(.02);
        var seed = dice.Bits() >> 16;
        for (var y = 0; y < scene.Height; y++)
        {
            for (var x = 0; x < scene.Width; x++)
            {
                var light = 1 + slopeX * (2.0 * x / scene.Width - 1) + slopeY * (2.0 * y / scene.Height - 1);
                var (u, v) = ((x - scene.Width / 2.0) / view.Unit, (y - scene.Height / 2.0) / view.Unit);
                if (edge) light *= 1 - dark * Math.Clamp((u * cosine + v * sine - offset) / softness + .5, 0, 1);
                if (dappled) light *= 1 - dark * Math.Clamp((SmoothNoise.Layered(u * 1.6, v * 1.6, seed, 2) - .5) * 4 + .4, 0, 1);
                scene[x, y] *= light;
            }
        }
    }
}
