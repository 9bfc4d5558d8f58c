using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Tests;

/// <summary>What numbers say, how large they are, and where their boxes lie.</summary>
public class LayoutTests
{
    private static readonly double Margin = new StreetOptions().BoxMargin;

    [Fact]
    public void Lengths_and_digits_come_as_often_as_on_svhns_numbers()
    {
        var dice = new Dice(1);
        var texts = Enumerable.Range(0, 20_000).Select(_ => NumberTexts.Draw(dice, DigitBalance.Svhn)).ToList();
        var digits = texts.SelectMany(text => text).ToList();

        for (var length = 1; length <= 4; length++)
            Assert.Equal(SvhnTables.Lengths[length - 1], texts.Count(text => text.Length == length) / 20_000.0, .015);
        for (var digit = 0; digit < 10; digit++)
            Assert.Equal(SvhnTables.All[digit], digits.Count(c => c == '0' + digit) / (double)digits.Count, .012);
        Assert.InRange(texts.Count(text => text.Length > 1 && text[0] == '0'), 0, 40);
    }

    [Fact]
    public void Uniform_balance_draws_all_digits_alike()
    {
        var dice = new Dice(2);
        var digits = Enumerable.Range(0, 10_000).SelectMany(_ => NumberTexts.Draw(dice, DigitBalance.Uniform)).ToList();

        for (var digit = 0; digit < 10; digit++) Assert.Equal(.1, digits.Count(c => c == '0' + digit) / (double)digits.Count, .01);
    }

    [Fact]
    public void Sizes_and_margins_are_spread_as_in_svhn()
    {
        var views = Enumerable.Range(0, 1500).Select(i => Sample((ulong)i).View).ToList();

        Assert.InRange(Median(views.Select(view => (double)view.Height)), 40, 60); // 49 in SVHN
        Assert.InRange(Median(views.Select(view => (double)view.Width)), 90, 130); // 111
        Assert.InRange(Median(views.Select(view => view.DigitHeight * (1 + 2 * Margin))), 25, 31); // 28
        Assert.InRange(Median(views.Select(view => (double)view.Width / view.Height)), 1.9, 2.7); // 2.27
        Assert.All(views, view => Assert.InRange(view.Width * view.Height, 144, 900 * 900));
    }

    [Fact]
    public void Boxes_are_those_of_the_painted_pixels()
    {
        for (ulong i = 0; i < 60; i++)
        {
            var (number, view) = Sample(i);
            var shown = VisibleDigits.Of(number, view);
            var painted = shown.Characters.Where(character => char.IsAsciiDigit(character.Character))
                .Select(character => MaskBox(character, view)).ToList();
            var boxes = VisibleDigits.Boxes(shown, view).ToList();

            Assert.Equal(painted.Count, boxes.Count);
            for (var k = 0; k < boxes.Count; k++)
            {
                // A canvas pixel that the outline only touches or hardly covers may be missing from the mask.
                var pixel = 1.01 / view.Supersampling;
                Assert.Equal(painted[k].Left, boxes[k].Box.Left, pixel);
                Assert.Equal(painted[k].Top, boxes[k].Box.Top, pixel);
                Assert.Equal(painted[k].Right, boxes[k].Box.Right, pixel);
                Assert.Equal(painted[k].Bottom, boxes[k].Box.Bottom, pixel);
            }
        }
    }

    [Fact]
    public void Margin_widens_boxes_on_every_side_up_to_the_frame()
    {
        for (ulong i = 0; i < 40; i++)
        {
            var (number, view) = Sample(i);
            var shown = VisibleDigits.Of(number, view);
            var pairs = VisibleDigits.Boxes(shown, view).Zip(VisibleDigits.Boxes(shown, view, .25)).ToList();

            // Nothing can be said of the height of an outline that the frame cuts.
            foreach (var (tight, wide) in pairs.Where(pair => pair.First.Box.Top > 0 && pair.First.Box.Bottom < view.Height))
            {
                var way = .25f * (tight.Box.Bottom - tight.Box.Top);
                var (left, top, right, bottom) = (tight.Box.Left - way, tight.Box.Top - way, tight.Box.Right + way, tight.Box.Bottom + way);
                var expected = new Box(left, top, right, bottom).ClipTo(view.Width, view.Height);
                Assert.Equal(tight.Digit, wide.Digit);
                Assert.Equal(expected.Top, wide.Box.Top, .01f);
                Assert.Equal(expected.Bottom, wide.Box.Bottom, .01f);
                if (tight.Box.Left > 0) Assert.Equal(expected.Left, wide.Box.Left, .01f);
                if (tight.Box.Right < view.Width) Assert.Equal(expected.Right, wide.Box.Right, .01f);
            }
        }
    }

    [Fact]
    public void Boxes_with_the_usual_margin_are_as_wide_as_svhns()
    {
        var boxes = Enumerable.Range(0, 1500).SelectMany(i =>
        {
            var (number, view) = Sample((ulong)i);
            return VisibleDigits.Boxes(VisibleDigits.Of(number, view), view, Margin);
        }).ToLookup(digit => digit.Digit, digit => (double)(digit.Box.Width / digit.Box.Height));

        Assert.All(boxes, digit => Assert.InRange(Median(digit), SvhnTables.Aspects[digit.Key] - .06, SvhnTables.Aspects[digit.Key] + .06));
    }

    [Fact]
    public void Sign_before_and_letters_behind_a_number_come_at_times_and_are_no_digits()
    {
        var dice = new Dice(6);

        Assert.InRange(Enumerable.Range(0, 4000).Count(_ => NumberTexts.DrawPrefix(dice) == "N°"), 50, 150);
        Assert.InRange(Enumerable.Range(0, 4000).Count(_ => NumberTexts.DrawSuffix(dice, DigitBalance.Svhn, false).Length > 0), 320, 480);
        Assert.DoesNotContain("N°", c => char.IsAsciiDigit(c));
    }

    [Fact]
    public void Digit_mostly_outside_of_the_frame_is_neither_painted_nor_labelled_and_one_mostly_inside_is_cut()
    {
        var number = NumberComposer.Compose("777", FaceFamilies.Draw(0, new Dice(4)), new Dice(4), neat: true);
        var boxes = number.Characters.Select(character => character.OnWall.Bounds()).ToList();

        // The frame begins at 30 % of the first digit, and ends at 40 % of the last.
        var left = boxes[0].Left + .3 * (boxes[0].Right - boxes[0].Left);
        var right = boxes[2].Left + .4 * (boxes[2].Right - boxes[2].Left);
        var map = Homography.Scaling(40, 40) * Homography.Translation(-left, 1);
        var view = new Viewpoint(map, map.Inverse(), (int)Math.Round((right - left) * 40), 80, 1, 40);

        var shown = VisibleDigits.Of(number, view);
        var labelled = VisibleDigits.Boxes(shown, view).ToList();

        Assert.Equal(number.Characters.Take(2), shown.Characters);
        Assert.Equal(2, labelled.Count);
        Assert.Equal(0, labelled[0].Box.Left);
        Assert.True(labelled[1].Box.Left > labelled[0].Box.Right);
    }

    [Fact]
    public void Nothing_in_a_frame_lies_behind_the_camera()
    {
        for (ulong i = 0; i < 400; i++)
        {
            var (_, view) = Sample(i);
            Assert.All([(0, 0), (view.CanvasWidth, 0), (0, view.CanvasHeight), (view.CanvasWidth, view.CanvasHeight)], corner =>
                    Assert.True(
                        view.ToWall.Transform(corner.Item1, corner.Item2).Depth
                            * view.ToWall.Transform(view.CanvasWidth / 2.0, view.CanvasHeight / 2.0).Depth
                            > 0
                    )
            );
        }
    }

    private static (SceneNumber Number, Viewpoint View) Sample(ulong seed)
    {
        var dice = new Dice(seed, 8);
        var number = NumberComposer.Compose(NumberTexts.Draw(dice, DigitBalance.Svhn), FaceFamilies.Draw(dice), dice);
        return (number, ViewpointSampler.Draw(number, dice, StreetDifficulty.Street, Margin));
    }

    private static (double Left, double Top, double Right, double Bottom) MaskBox(PlacedCharacter character, Viewpoint view)
    {
        var coverage = Coverage.Of(character.OnWall.Through(view.ToCanvas), view.CanvasWidth, view.CanvasHeight);
        int left = view.CanvasWidth, top = view.CanvasHeight, right = 0, bottom = 0;
        for (var y = 0; y < view.CanvasHeight; y++)
        {
            for (var x = 0; x < view.CanvasWidth; x++)
            {
                if (coverage.At(x, y) < .004) continue;
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        double scale = view.Supersampling;
        return (left / scale, top / scale, right / scale, bottom / scale);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
