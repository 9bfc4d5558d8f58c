namespace Espalier.Streets.Glyphs;

/// <summary>The ten digits as centre lines.</summary>
internal static class DigitSkeletons
{
    /// <summary>A digit in a face.</summary>
    /// <param name="style">The face.</param>
    /// <param name="digit">0…9.</param>
    public static Skeleton Of(FaceStyle style, int digit)
    {
        var skeleton = new Skeleton(style, WidthOf(style, digit));
        switch (digit)
        {
            case 0: skeleton.Loop(0, 0, 1, 1); break;
            case 1: One(skeleton, style); break;
            case 2: Two(skeleton, style); break;
            case 3: Three(skeleton, style); break;
            case 4: Four(skeleton, style); break;
            case 5: Five(skeleton, style); break;
            case 6: Six(skeleton, style); break;
            case 7: Seven(skeleton, style); break;
            case 8: Eight(skeleton, style); break;
            default: Six(skeleton, style); break; // Turned round by the face.
        }

        return skeleton;
    }

    private static double WidthOf(FaceStyle style, int digit) => digit switch
    {
        1 => style.One switch
        {
            OneShape.Plain => style.Thick * 1.02,
            OneShape.Flag => style.Thick + Math.Min(.22, style.Width * .34),
            OneShape.LongFlag => style.Thick + style.Width * .5,
            _ => Math.Max(style.Thick * 2.1, style.Width * .75),
        },
        4 => style.Width * 1.06,
        7 => style.Width * .95,
        _ => style.Width,
    };

    private static void One(Skeleton s, FaceStyle style)
    {
        var stem = style.One == OneShape.Foot ? .55 : 1;
        switch (style.One)
        {
            case OneShape.Plain: s.From(.5, -.1).To(.5, 1.1).Foot(.5); return;
            case OneShape.LongFlag: s.From(0, .42).To(stem, 0).To(stem, 1.1); break;
            case OneShape.Foot when style.Serif > 0: s.From(stem, -.1).To(stem, 1.1).From(.02, .17).To(stem, .03); break;
            case OneShape.Foot: s.From(.05, .27).To(stem, 0).To(stem, 1).From(0, 1).To(1, 1); return;
            default: s.From(0, .25).To(stem, 0).To(stem, 1.1); break;
        }

        s.Foot(stem);
    }

    private static void Two(Skeleton s, FaceStyle style)
    {
        var bowl = .56;
        s.Arc(.02, 0, .98, bowl, 195 - style.Curl * 35, 360, begin: true);
        s.Ball(atStart: true);
        if (style.TwoStraightNeck) s.Arc(.02, 0, .98, bowl, 0, 28).To(0, 1);
        else s.Curve(.98, bowl * .5 + .22, .12, .7, 0, 1);
        s.To(1, 1).BarEnd(1, 1, -.2);
    }

    private static void Three(Skeleton s, FaceStyle style)
    {
        var waist = style.Waist;
        if (style.ThreeFlat)
        {
            s.From(.02, 0).To(.92, 0).To(.4, waist * .9).BarEnd(.02, 0, .16);
            s.Arc(-.02, waist * .9, 1, 1, 262, 360 + 160 + style.Curl * 20);
            s.Ball();
            return;
        }

        s.Arc(.06, 0, .93, waist, 200 - style.Curl * 30, 360 + 84, begin: true);
        s.Ball(atStart: true);
        s.From(.36, waist).To(.52, waist);
        s.Arc(0, waist, 1, 1, 272, 360 + 155 + style.Curl * 30, begin: true);
        s.Ball();
    }

    private static void Four(Skeleton s, FaceStyle style)
    {
        const double Stem = .74, Bar = .7;
        if (style.FourOpen)
        {
            s.From(.22, -.1).To(0, Bar).To(1, Bar);
            s.From(Stem, .3).To(Stem, 1.1).Foot(Stem);
            return;
        }

        s.From(Stem, 1.1).To(Stem, .0).To(0, Bar).To(1.02, Bar).Foot(Stem);
    }

    private static void Five(Skeleton s, FaceStyle style)
    {
        var top = style.Waist * .78;
        s.From(.93, 0).To(.14, 0).To(.07, top + .12);
        s.Arc(-.02, top, 1, 1, 218, 360 + 150 + style.Curl * 30);
        s.Ball();
        if (style.Ball > 0 || style.Serif > 0) s.BarEnd(.93, 0, .14);
    }

    private static void Six(Skeleton s, FaceStyle style)
    {
        var bowl = .42 + (.5 - style.Waist) * .5;
        s.Loop(0, bowl, 1, 1);
        var middle = (1 + bowl) / 2;
        if (style.StraightTail)
        {
            s.From(.82, -.1).Curve(.5, .18, .02, .42, 0, middle);
            return;
        }

        s.Arc(0, 0, 1, 2 * Math.Min(middle, .62), style.Ball > 0 ? 300 + style.Curl * 10 : 302 + style.Curl * 28, 180, begin: true);
        s.Ball(atStart: true);
        s.To(0, middle);
    }

    private static void Seven(Skeleton s, FaceStyle style)
    {
        s.From(0, 0).To(1, 0);
        if (style.SevenCurved) s.Curve(.7, .3, .36, .6, .34, 1.1);
        else s.To(.24, 1.1);
        if (style.SevenSerif || style.Serif > 0) s.BarEnd(0.02, 0, .2);
        if (style.SevenBar) s.From(.18, .52).To(.9, .52);
    }

    private static void Eight(Skeleton s, FaceStyle style)
    {
        var inset = .05 + (.5 - style.Waist) * .8;
        s.Loop(inset, 0, 1 - inset, style.Waist);
        s.Loop(0, style.Waist, 1, 1);
    }
}
