using Espalier.Core;
using Espalier.Datasets.Augmentation;
using Espalier.Datasets.Photos;
using Espalier.Vision;

namespace Espalier.Datasets.Tests;

public sealed class CanvasWarpTests
{
    private const int Size = 96;

    public static TheoryData<double, double, double, double> Strengths => new()
    {
        { 0, .5, 0, 0 }, // the low augmentation
        { 25, .5, 8, 0 },
        { 180, .3, 0, 0 },
        { 10, .4, 5, .001 },
    };

    [Theory]
    [MemberData(nameof(Strengths))]
    public void One_composed_map_a_photo_draws_what_pasting_and_warping_draws(double degrees, double scale,
        double shear, double perspective)
    {
        var options = AugmentationOptions.None with
        {
            Degrees = degrees,
            Scale = scale,
            Shear = shear,
            Perspective = perspective,
            Translate = .1,
        };
        for (var seed = 0UL; seed < 10; seed++)
        {
            var random = new KeyedRandom(seed);
            var placed = Mosaic(ref random);
            var map = RandomPerspective.Draw(options, ref random, 2 * Size, Size).Flipped(seed % 2 == 1, seed % 3 == 2, Size).CanvasToFrame;
            var drawn = new byte[Size * Size * 3];
            CanvasWarp.Draw(placed, 2 * Size, map, drawn, Size);
            var expected = PasteThenWarp.Draw(placed, 2 * Size, map, Size);

            var differences = drawn.Zip(expected, (a, b) => Math.Abs(a - b)).Order().ToArray();
            Assert.InRange(differences.Average(), 0, 1.2); // the seams: one pixel wide, blended there and sharp here
            Assert.InRange(differences[differences.Length * 90 / 100], 0, 1);
        }
    }

    [Fact]
    public void The_identity_copies_the_photo_and_leaves_grey_around_it()
    {
        var photo = SamplePictures.Smooth(40, 20);
        var drawn = new byte[64 * 64 * 3];
        CanvasWarp.Draw([Placed(photo, 12, 22)], 64, Homography.Translation(0, 0), drawn, 64);
        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 64; x++)
            {
                var inside = x is >= 12 and < 52 && y is >= 22 and < 42;
                Assert.Equal(inside ? photo.Row(y - 22)[(x - 12) * 3] : 114, drawn[(y * 64 + x) * 3]);
            }
        }
    }

    [Fact]
    public void A_flip_in_the_map_mirrors_the_picture_exactly()
    {
        var photo = Placed(SamplePictures.Smooth(64, 64), 0, 0);
        byte[] plain = new byte[64 * 64 * 3], mirrored = new byte[64 * 64 * 3];
        CanvasWarp.Draw([photo], 64, Homography.Translation(0, 0), plain, 64);
        CanvasWarp.Draw([photo], 64, Homography.Affine(-1, 0, 64, 0, 1, 0), mirrored, 64);
        for (var i = 0; i < 64 * 64; i++)
        {
            Assert.Equal(plain[i * 3], mirrored[(i / 64 * 64 + 63 - i % 64) * 3]);
        }
    }

    [Fact]
    public void Photos_that_share_an_edge_leave_no_gap()
    {
        // Two white photos side by side: no grey pixel may shine through at any scale or turn.
        var white = Picture.Filled(Size, 2 * Size, 255, 255, 255);
        PlacedPhoto[] placed = [Placed(white, 0, 0), Placed(white, Size, 0)];
        var options = AugmentationOptions.None with { Degrees = 10, Scale = .2 };
        var drawn = new byte[Size * Size * 3];
        for (var seed = 0UL; seed < 50; seed++)
        {
            var random = new KeyedRandom(seed);
            CanvasWarp.Draw(placed, 2 * Size, RandomPerspective.Draw(options, ref random, 2 * Size, Size).CanvasToFrame, drawn, Size);
            Assert.All(drawn, level => Assert.Equal(255, level));
        }
    }

    [Fact]
    public void A_map_and_its_inverse_undo_each_other()
    {
        var options = new AugmentationOptions { Degrees = 40, Shear = 10, Perspective = .001 };
        var random = new KeyedRandom(5);
        var map = RandomPerspective.Draw(options, ref random, 200, 100).CanvasToFrame;
        var (x, y, _) = map.Transform(60, 130);
        var (backX, backY, _) = map.Inverse().Transform(x, y);
        Assert.Equal(60, backX, 1e-9);
        Assert.Equal(130, backY, 1e-9);
    }

    private static PlacedPhoto[] Mosaic(ref KeyedRandom random)
    {
        var (x, y) = (Size / 2 + random.NextIndex(Size), Size / 2 + random.NextIndex(Size));
        (int Width, int Height)[] sizes = [(96, 60), (50, 96), (96, 96), (96, 30)];
        var placed = new PlacedPhoto[4];
        for (var i = 0; i < 4; i++)
        {
            var photo = SamplePictures.Smooth(sizes[i].Width, sizes[i].Height, i);
            placed[i] = PlacedPhoto.InMosaic(new LoadedPhoto(photo, Entry(photo)), i, x, y);
        }

        return placed;
    }

    private static PlacedPhoto Placed(Picture photo, int x, int y) => new(photo, Entry(photo), x, y);

    private static DatasetEntry Entry(Picture photo) => new("photo", photo.Width, photo.Height, []);
}
