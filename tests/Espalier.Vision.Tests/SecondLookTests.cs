using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>A second look goes where the first was not sure, and its findings stand where they belong.</summary>
public class SecondLookTests
{
    private static readonly Box Seven = new(100, 40, 106, 50);

    [Fact]
    public void What_was_small_and_doubtful_is_found_again_larger_and_in_its_place()
    {
        using var looks = new SecondLook(new Eye(Seven, 0.5f));
        var found = Assert.Single(looks.Detect(new Picture(200, 100)));
        Assert.Equal(0.95f, found.Confidence);
        Assert.InRange(BoxOverlap.IoU(Seven, found.Box), 0.999, 1);
    }

    [Fact]
    public void What_was_sure_is_believed()
    {
        var eye = new Eye(Seven, 0.93f);
        using var looks = new SecondLook(eye);
        Assert.Equal(0.93f, Assert.Single(looks.Detect(new Picture(200, 100))).Confidence);
        Assert.Equal([(200, 100)], eye.Seen);
    }

    [Fact]
    public void What_would_not_become_larger_is_not_looked_at_again()
    {
        var eye = new Eye(new Box(60, 10, 110, 90), 0.5f);
        using var looks = new SecondLook(eye);
        looks.Detect(new Picture(200, 100));
        Assert.Single(eye.Seen);
    }

    [Theory]
    [InlineData(600, 200, 2)]
    [InlineData(200, 600, 2)]
    [InlineData(400, 300, 4)]
    [InlineData(200, 150, 0)]
    public void A_large_picture_in_which_nothing_was_found_is_looked_at_in_parts_that_cover_it(int width, int height, int parts)
    {
        var eye = new Eye(null, 0);
        using var looks = new SecondLook(eye);
        Assert.Empty(looks.Detect(new Picture(width, height)));
        Assert.Equal(parts, eye.Seen.Count - 1);
        Assert.All(eye.Seen.Skip(1), size => Assert.True(size.Width == width || size.Width > width / 2));
    }

    [Fact]
    public void Several_pictures_are_looked_at_again_in_one_call_and_each_keeps_its_own()
    {
        var eye = new Eye(Seven, 0.5f);
        using var looks = new SecondLook(eye);
        var found = looks.Detect([new Picture(200, 100), new Picture(20, 20), new Picture(220, 90)], out _);
        Assert.Equal(0.95f, Assert.Single(found[0]).Confidence);
        Assert.Empty(found[1]);
        Assert.Equal(0.95f, Assert.Single(found[2]).Confidence);
        Assert.Equal(2, eye.Calls);
    }

    [Fact]
    public void At_the_pictures_edge_a_frame_is_cut_and_its_findings_count_up_to_the_edge()
    {
        var corner = new Box(194, 90, 200, 100);
        using var looks = new SecondLook(new Eye(corner, 0.4f));
        var found = Assert.Single(looks.Detect(new Picture(200, 100)));
        Assert.Equal(0.95f, found.Confidence);
        Assert.InRange(BoxOverlap.IoU(corner, found.Box), 0.999, 1);
    }

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        Assert.Throws<OptionException>(() => new SecondLook(new Eye(null, 0), new SecondLookOptions { DigitHeight = 0 }));
        Assert.Throws<OptionException>(() => new SecondLook(new Eye(null, 0), new SecondLookOptions { LeastGain = 0.5f }));
    }

    /// <summary>Sees one digit in the first picture of a size, doubtfully; whatever it is shown afterwards is black with the digit's place
    /// marked by its offset.</summary>
    private sealed class Eye(Box? digit, float doubt) : IPictureDetector
    {
        public List<(int Width, int Height)> Seen { get; } = [];

        public int Calls { get; private set; }

        public IReadOnlyList<string> ClassNames => ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

        public IReadOnlyList<Detection> Detect(Picture picture, out StageTimes times) => Detect([picture], out times)[0];

        public IReadOnlyList<IReadOnlyList<Detection>> Detect(IReadOnlyList<Picture> pictures, out StageTimes times)
        {
            times = default;
            Calls++;
            Seen.AddRange(pictures.Select(picture => (picture.Width, picture.Height)));
            return [.. pictures.Select(Look)];
        }

        public void Dispose()
        {
        }

        // Whole pictures are marked with the digit's ink, so that a part of one shows where it was.
        private IReadOnlyList<Detection> Look(Picture picture)
        {
            if (digit is not { } box) return [];
            if (Calls == 1)
            {
                if (picture.Width < box.Right || picture.Height < box.Bottom) return [];
                for (var y = (int)box.Top; y < (int)box.Bottom; y++) picture.Row(y)[((int)box.Left * 3)..((int)box.Right * 3)].Fill(255);
                return [new Detection(box, doubt, 7)];
            }

            var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, -1, -1);
            for (var y = 0; y < picture.Height; y++)
            {
                for (var x = 0; x < picture.Width; x++)
                {
                    if (picture.Row(y)[x * 3] == 0) continue;
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }

            return right < 0 ? [] : [new Detection(new Box(left, top, right, bottom), 0.95f, 7)];
        }
    }
}
