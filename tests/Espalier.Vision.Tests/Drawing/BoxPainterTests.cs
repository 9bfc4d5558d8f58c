using FsCheck.Xunit;

namespace Espalier.Vision.Tests;

public sealed class BoxPainterTests
{
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    [Fact]
    public void The_picture_given_is_left_as_it_is_and_a_small_one_comes_back_enlarged()
    {
        var picture = TestPictures.Gradient(80, 40);
        var before = (byte[])picture.Pixels.Clone();
        var painted = BoxPainter.Paint(picture, [new Detection(new(10, 5, 30, 35), 0.93f, 4)], Digits);
        Assert.Equal(before, picture.Pixels);
        Assert.Equal((8, 640, 320), (BoxPainter.FactorFor(80, 40), painted.Width, painted.Height));
        Assert.Equal(1, BoxPainter.FactorFor(1920, 1080));
    }

    [Fact]
    public void The_line_runs_where_the_box_is_in_its_class_s_colour()
    {
        var painted = BoxPainter.Paint(Picture.Filled(400, 400, 90, 90, 90), [new PaintedBox(new(50, 60, 150, 200), 6, "")]);
        var color = ClassPalette.ColorOf(6);
        foreach (var (x, y) in new[] { (50, 100), (149, 100), (100, 60), (100, 199) })
        {
            Assert.Equal([color.Red, color.Green, color.Blue], painted.Row(y).Slice(x * 3, 3).ToArray());
        }

        Assert.Equal(90, painted.Row(100)[100 * 3]);
        Assert.Equal(90, painted.Row(40)[60 * 3]);
    }

    [Property(MaxTest = 50)]
    public bool Plates_stay_within_the_picture(byte x, byte y, byte w, byte h)
    {
        PixelRectangle[] boxes = [new(x, y, w + 1, h + 1)];
        var plate = LabelPlacement.Place(boxes, [new(60, 20)], 300, 280)[0];
        return plate.X >= 0 && plate.Y >= 0 && plate.Right <= 300 && plate.Bottom <= 280;
    }

    [Fact]
    public void A_plate_stands_above_or_below_or_inside_as_there_is_room()
    {
        PictureSize[] plate = [new(60, 20)];
        Assert.Equal(new PixelRectangle(100, 80, 60, 20), LabelPlacement.Place([new(100, 100, 80, 80)], plate, 400, 400)[0]);
        Assert.Equal(new PixelRectangle(100, 90, 60, 20), LabelPlacement.Place([new(100, 10, 80, 80)], plate, 400, 400)[0]);
        var inside = LabelPlacement.Place([new(100, 0, 80, 100)], plate, 400, 100)[0];
        Assert.InRange(inside.Y, 0, 80);
    }

    [Fact]
    public void A_plate_touches_its_box_though_another_box_lies_behind_it()
    {
        PixelRectangle[] boxes = [new(100, 200, 200, 200), new(0, 100, 500, 400)];
        var plate = LabelPlacement.Place(boxes, [new(60, 20), new(60, 20)], 500, 500)[0];
        Assert.True(plate.Overlap(boxes[0].Grown(1)) > 0);
    }

    [Fact]
    public void Plates_of_neighbouring_digits_do_not_cover_each_other()
    {
        PixelRectangle[] boxes = [new(100, 60, 70, 200), new(172, 60, 70, 200), new(244, 62, 70, 200)];
        var plates = LabelPlacement.Place(boxes, [new(90, 22), new(90, 22), new(90, 22)], 500, 330);
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < i; j++) Assert.Equal(0, plates[i].Overlap(plates[j]));
        }
    }

    [Fact]
    public void Boxes_outside_turned_over_or_of_unknown_class_are_drawn_without_harm()
    {
        Detection[] detections = [new(new(-50, -50, 500, 500), 0.5f, 99), new(new(30, 30, 20, 20), 0.5f, 0),
            new(new(900, 900, 950, 950), 0.4f, 3), new(new(0, 0, 0, 0), 0, 1)];
        Assert.Equal(320, BoxPainter.Paint(new Picture(40, 40), detections, Digits).Width);
        Assert.Equal(1, BoxPainter.Paint(new Picture(3000, 1), detections, []).Height);
    }

    [Fact]
    public void Neighbouring_classes_have_colours_far_apart_on_which_letters_are_readable()
    {
        for (var index = 0; index < 20; index++)
        {
            var (color, next) = (ClassPalette.ColorOf(index), ClassPalette.ColorOf(index + 1));
            Assert.True(Math.Abs(color.Red - next.Red) + Math.Abs(color.Green - next.Green) + Math.Abs(color.Blue - next.Blue) > 80);
            Assert.True(Math.Abs(color.Luma - color.Contrasting.Luma) > 85);
        }
    }
}
