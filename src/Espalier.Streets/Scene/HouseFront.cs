using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>The wall behind a number, and what stands left, right, above and below it: pillars, frames, doors, dark openings.</summary>
internal sealed class HouseFront
{
    private readonly Wall _wall;
    private readonly List<Neighbour> _neighbours = [];

    /// <param name="taken">The number and its plate, which lie on one wall alone.</param>
    /// <param name="dice">Draws it.</param>
    /// <param name="easy">Whether it is one plain wall.</param>
    public HouseFront((double Left, double Top, double Right, double Bottom) taken, Dice dice, bool easy)
    {
        _wall = easy ? Wall.DrawPlain(dice) : Wall.Draw(dice);
        if (easy) return;
        AddBeside(taken.Left, -1, dice, .42);
        AddBeside(taken.Right, 1, dice, .42);
        if (dice.Chance(.15)) Add(taken.Top - dice.Between(.1, .7), -1);
        if (dice.Chance(.15)) Add(taken.Bottom + dice.Between(.1, .7), 1);

        void Add(double edge, int side) =>
            _neighbours.Add(new Neighbour(Upright: false, edge, side, Wall.Draw(dice), dice.Between(.3, 1)));
    }

    /// <summary>Paints all of the canvas.</summary>
    public void Paint(ScenePicture scene, Viewpoint view)
    {
        for (var y = 0; y < scene.Height; y++)
        {
            for (var x = 0; x < scene.Width; x++)
            {
                var (wallX, wallY, _) = view.ToWall.Transform(x + .5, y + .5);
                scene[x, y] = At(wallX, wallY);
            }
        }
    }

    private void AddBeside(double edge, int side, Dice dice, double chance)
    {
        while (dice.Chance(chance))
        {
            edge += side * (dice.Chance(.5) ? dice.Between(.08, .5) : dice.Between(.2, 1.6));
            _neighbours.Add(new Neighbour(Upright: true, edge, side, Wall.Draw(dice), dice.Chance(.35) ? dice.Between(.25, .7) : 1));
        }
    }

    private Tint At(double x, double y)
    {
        Neighbour? found = null;
        var shade = 1.0;
        foreach (var neighbour in _neighbours)
        {
            var beyond = ((neighbour.Upright ? x : y) - neighbour.Edge) * neighbour.Side;
            if (beyond > 0) found = neighbour;

            // What stands forward throws a narrow shadow, what lies back is dark along its edge.
            if (Math.Abs(beyond) < .07) shade = .72 + .28 * Math.Abs(beyond) / .07;
        }

        return found is null ? _wall.At(x, y) * shade : found.Wall.At(x, y) * (found.Light * shade);
    }

    private sealed record Neighbour(bool Upright, double Edge, int Side, Wall Wall, double Light);
}
