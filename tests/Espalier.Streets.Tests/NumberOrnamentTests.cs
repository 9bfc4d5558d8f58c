using Espalier.Streets.Scene;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Tests;

/// <summary>Rings around numbers and strokes below them.</summary>
public class NumberOrnamentTests
{
    private static readonly (double Left, double Top, double Right, double Bottom) Number = (-.6, -.5, .6, .5);

    [Fact]
    public void One_number_in_eight_has_one_and_it_keeps_clear_of_the_digits()
    {
        var drawn = Drawn(2000).ToList();
        var rings = drawn.Where(ornament => ornament.Hole is not null).ToList();

        Assert.InRange(drawn.Count, 180, 300);
        Assert.InRange(rings.Count, 80, 160);
        Assert.All(rings, ring =>
        {
            // The number's corners lie within the ring's outer edge, its middle within the hole.
            var (_, top, right, _) = ring.Outer.Bounds();
            Assert.True(Math.Pow(Number.Right / right, 2) + Math.Pow(Number.Top / top, 2) < 1);
            Assert.True(ring.Hole!.Bounds().Right < right && ring.Hole.Bounds().Right > Number.Right);
        });
        Assert.All(drawn.Except(rings), stroke => Assert.True(stroke.Outer.Bounds().Top >= Number.Bottom + .1));
    }

    [Fact]
    public void A_ring_is_painted_as_a_line()
    {
        var map = Homography.Scaling(40, 40) * Homography.Translation(2, 2);
        var ring = Drawn(200).First(ornament => ornament.Hole is not null);
        var scene = new ScenePicture(160, 160);

        ring.Paint(scene, map, Tint.Grey(1));

        var row = Enumerable.Range(0, 160).Count(x => scene[x, 80].Luma > .5);
        Assert.InRange(row, 2, 12);
        Assert.Equal(0, scene[80, 80].Luma);
    }

    private static IEnumerable<NumberOrnament> Drawn(int numbers) =>
        Enumerable.Range(0, numbers).Select(seed => NumberOrnament.Draw(Number, new Dice((ulong)seed))).OfType<NumberOrnament>();
}
