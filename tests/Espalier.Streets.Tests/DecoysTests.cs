using Espalier.Streets.Layout;
using Espalier.Streets.Scene;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Tests;

/// <summary>Things that are easily taken for digits.</summary>
public class DecoysTests
{
    private const int Side = 240;
    private const double Unit = 24;

    [Fact]
    public void They_stand_beside_the_number_and_never_over_it()
    {
        var view = FrontView();
        var taken = (Left: -1.0, Top: -.7, Right: 1.0, Bottom: .7);
        for (ulong seed = 0; seed < 120; seed++)
        {
            var scene = new ScenePicture(Side, Side);
            Array.Fill(scene.Pixels, .5f);

            new Decoys(scene, view, (.7, .7), new Dice(seed)).Paint(taken);

            Assert.Contains(scene.Pixels, value => value != .5f);
            for (var y = (int)((5 + taken.Top) * Unit) + 1; y < (int)((5 + taken.Bottom) * Unit); y++)
            {
                for (var x = (int)((5 + taken.Left) * Unit) + 1; x < (int)((5 + taken.Right) * Unit); x++)
                {
                    Assert.Equal(.5f, scene.Pixels[(y * Side + x) * 3]);
                }
            }
        }
    }

    [Fact]
    public void A_street_has_them_where_it_is_asked_to()
    {
        var options = new StreetOptions { Seed = 8, EmptyShare = 1 };
        var easy = options with { Difficulty = StreetDifficulty.Easy };

        Assert.All(Enumerable.Range(0, 6),
            i => Assert.NotEqual(Pixels(options with { DecoyShare = 0 }, i), Pixels(options with { DecoyShare = 1 }, i)));
        Assert.Equal(Pixels(easy with { DecoyShare = 0 }, 1), Pixels(easy with { DecoyShare = 1 }, 1));

        static byte[] Pixels(StreetOptions street, int index) => new StreetGenerator(street).Draw(0, index).Picture.Pixels;
    }

    // The wall from the front: the number's middle in the picture's middle.
    private static Viewpoint FrontView()
    {
        var map = Homography.Scaling(Unit, Unit) * Homography.Translation(5, 5);
        return new Viewpoint(map, map.Inverse(), Side, Side, 1, Unit);
    }
}
