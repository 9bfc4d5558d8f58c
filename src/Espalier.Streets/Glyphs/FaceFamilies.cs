using Espalier.Streets.Shapes;

namespace Espalier.Streets.Glyphs;

/// <summary>
/// The families of built-in faces. Each is a range of measures, from which every picture draws its own face: there is no end of them.
/// </summary>
internal static class FaceFamilies
{
    private static readonly Func<Dice, FaceStyle>[] All =
    [
        Grotesque, GrotesqueBold, Condensed, Rounded, Geometric, FatDidone, Didone, Clarendon, OldStyle, Block,
        Stencil, Brush, PenHand, Monoline, Extended, Outlined, Inlined, CondensedDidone, Typewriter, Copperplate, Wrought,
    ];

    private static readonly double[] Frequencies = [1.6, 2, 1.5, .8, .8, 2, 1.5, 1.2, 1, .8, .4, .9, .6, 1.2, .6, .5, .4, 1.4, .8, .8, .9];

    /// <summary>The few that an easy street has.</summary>
    private static readonly Func<Dice, FaceStyle>[] Easy = [Grotesque, GrotesqueBold, FatDidone];

    public static int Count => All.Length;

    /// <summary>A face of a random family.</summary>
    public static BuiltInFace Draw(Dice dice, bool easy = false) =>
        easy
            ? new(Vary(dice.Pick<Func<Dice, FaceStyle>>(Easy)(dice), dice))
            : new(Stretch(Vary(All[dice.Weighted(Frequencies)](dice), dice), dice));

    /// <summary>A face of a family.</summary>
    /// <param name="family">0…<see cref="Count"/> − 1.</param>
    /// <param name="dice">Draws its measures.</param>
    public static BuiltInFace Draw(int family, Dice dice) => new(Vary(All[family](dice), dice));

    // What may differ in any family.
    private static FaceStyle Vary(FaceStyle style, Dice dice) => style with
    {
        Hand = dice.Bits() >> 32,
        Waist = style.Waist + dice.Within(.03),
        Curl = dice.Between(.15, .95),
        SevenCurved = style.SevenCurved || dice.Chance(.3),
        SevenBar = style.SevenBar || dice.Chance(.05),
        StraightTail = style.StraightTail || (style.Ball == 0 && dice.Chance(.15)),
        TwoStraightNeck = dice.Chance(.4),
        ThreeFlat = style.ThreeFlat || dice.Chance(.06),
        FourOpen = style.FourOpen || dice.Chance(.05),
        Slant = style.Slant + (dice.Chance(.12) ? dice.Between(.05, .28) : 0),
    };

    // Sign makers set a face narrower, wider, lighter or bolder than it was drawn.
    private static FaceStyle Stretch(FaceStyle style, Dice dice)
    {
        var weight = dice.Between(.85, 1.15);
        return style with
        {
            Width = style.Width * dice.Between(.86, 1.16),
            Thick = style.Thick * weight,
            Thin = Math.Min(style.Thin * weight, Math.Max(style.Thin, .185)),
            Waist = style.Waist + dice.Within(.03),
        };
    }

    private static OneShape DrawOne(Dice dice, double plain, double flag, double longFlag, double foot) =>
        (OneShape)dice.Weighted([plain, flag, longFlag, foot]);

    private static FaceStyle Grotesque(Dice dice)
    {
        var thick = dice.Between(.09, .15);
        return new FaceStyle
        {
            Family = "grotesque",
            Thick = thick,
            Thin = thick * dice.Between(.82, 1),
            Width = dice.Between(.52, .66),
            Squareness = dice.Between(2, 2.6),
            One = DrawOne(dice, .1, .7, .15, .05),
        };
    }

    private static FaceStyle GrotesqueBold(Dice dice)
    {
        var thick = dice.Between(.15, .23);
        return new FaceStyle
        {
            Family = "grotesque bold",
            Thick = thick,
            Thin = Math.Min(thick * dice.Between(.7, .95), .185),
            Width = dice.Between(.58, .72),
            Squareness = dice.Between(2, 2.7),
            One = DrawOne(dice, .08, .75, .12, .05),
        };
    }

    private static FaceStyle Condensed(Dice dice)
    {
        var thick = dice.Between(.09, .15);
        return new FaceStyle
        {
            Family = "condensed",
            Thick = thick,
            Thin = thick * dice.Between(.75, 1),
            Width = dice.Between(.36, .46),
            Squareness = dice.Between(2.2, 3.4),
            One = DrawOne(dice, .15, .7, .1, .05),
        };
    }

    private static FaceStyle Rounded(Dice dice)
    {
        var thick = dice.Between(.1, .19);
        return new FaceStyle
        {
            Family = "rounded",
            Thick = thick,
            Thin = thick,
            RoundPen = true,
            Width = dice.Between(.5, .66),
            Squareness = dice.Between(2, 3),
            One = DrawOne(dice, .15, .65, .2, 0),
        };
    }

    // Circles and low waists, as between the wars.
    private static FaceStyle Geometric(Dice dice)
    {
        var thick = dice.Between(.07, .13);
        return new FaceStyle
        {
            Family = "geometric",
            Thick = thick,
            Thin = thick * dice.Between(.9, 1),
            Width = dice.Between(.6, .82),
            Waist = dice.Pick([.36, .42, .48, .58]),
            StraightTail = dice.Chance(.7),
            ThreeFlat = dice.Chance(.25),
            One = DrawOne(dice, .25, .65, .1, 0),
            FourOpen = dice.Chance(.1),
        };
    }

    // The white digits of blue enamel plates.
    private static FaceStyle FatDidone(Dice dice)
    {
        var thick = dice.Between(.17, .24);
        return new FaceStyle
        {
            Family = "fat didone",
            Thick = thick,
            Thin = dice.Between(.045, .085),
            Width = dice.Between(.56, .74),
            Squareness = dice.Between(2, 2.5),
            Serif = dice.Between(.04, .1),
            SerifHeight = dice.Between(.04, .07),
            Ball = dice.Between(.09, .12),
            One = OneShape.Foot,
            SevenCurved = dice.Chance(.6),
        };
    }

    private static FaceStyle Didone(Dice dice)
    {
        var thick = dice.Between(.11, .17);
        return new FaceStyle
        {
            Family = "didone",
            Thick = thick,
            Thin = dice.Between(.035, .065),
            Width = dice.Between(.5, .64),
            Serif = dice.Between(.05, .1),
            SerifHeight = dice.Between(.03, .05),
            Ball = dice.Between(.07, .1),
            One = OneShape.Foot,
            SevenCurved = dice.Chance(.6),
        };
    }

    private static FaceStyle CondensedDidone(Dice dice)
    {
        var thick = dice.Between(.13, .2);
        return new FaceStyle
        {
            Family = "condensed didone",
            Thick = thick,
            Thin = dice.Between(.045, .08),
            Width = dice.Between(.42, .52),
            Squareness = dice.Between(2, 2.8),
            Serif = dice.Between(.03, .07),
            SerifHeight = dice.Between(.04, .06),
            Ball = dice.Chance(.8) ? dice.Between(.08, .11) : 0,
            One = OneShape.Foot,
            SevenCurved = dice.Chance(.5),
        };
    }

    private static FaceStyle Clarendon(Dice dice)
    {
        var thick = dice.Between(.13, .21);
        return new FaceStyle
        {
            Family = "clarendon",
            Thick = thick,
            Thin = thick * dice.Between(.45, .75),
            Width = dice.Between(.58, .74),
            Squareness = dice.Between(2, 2.5),
            Serif = dice.Between(.05, .11),
            SerifHeight = dice.Between(.07, .11),
            Ball = dice.Chance(.6) ? dice.Between(.09, .12) : 0,
            One = OneShape.Foot,
        };
    }

    private static FaceStyle OldStyle(Dice dice)
    {
        var thick = dice.Between(.09, .14);
        return new FaceStyle
        {
            Family = "old style",
            Thick = thick,
            Thin = thick * dice.Between(.4, .65),
            PenAngle = dice.Between(-.35, -.1),
            Width = dice.Between(.5, .66),
            Serif = dice.Between(.03, .08),
            SerifHeight = dice.Between(.04, .06),
            One = DrawOne(dice, 0, .3, 0, .7),
            OldStyleFigures = dice.Chance(.35),
            StraightTail = dice.Chance(.4),
        };
    }

    private static FaceStyle Block(Dice dice)
    {
        var thick = dice.Between(.12, .2);
        return new FaceStyle
        {
            Family = "block",
            Thick = thick,
            Thin = Math.Min(thick * dice.Between(.8, 1), .185),
            Width = dice.Between(.46, .66),
            Squareness = dice.Between(3.6, 7),
            One = DrawOne(dice, .2, .6, .1, .1),
            ThreeFlat = dice.Chance(.1),
        };
    }

    private static FaceStyle Stencil(Dice dice) => GrotesqueBold(dice) with { Family = "stencil", Finish = FaceFinish.Stencil };

    private static FaceStyle Brush(Dice dice)
    {
        var thick = dice.Between(.09, .17);
        return new FaceStyle
        {
            Family = "brush",
            Thick = thick,
            Thin = thick * dice.Between(.5, 1),
            PenAngle = dice.Between(-.7, .3),
            RoundPen = true,
            Width = dice.Between(.48, .7),
            Wobble = dice.Between(.05, .16),
            One = DrawOne(dice, .2, .4, .35, .05),
            SevenBar = dice.Chance(.25),
            FourOpen = dice.Chance(.4),
            ThreeFlat = dice.Chance(.15),
        };
    }

    private static FaceStyle PenHand(Dice dice)
    {
        var thick = dice.Between(.06, .1);
        return new FaceStyle
        {
            Family = "pen hand",
            Thick = thick,
            Thin = thick * dice.Between(.6, 1),
            PenAngle = dice.Between(-.8, 0),
            RoundPen = true,
            Width = dice.Between(.46, .64),
            Wobble = dice.Between(.04, .12),
            Slant = dice.Between(0, .25),
            One = DrawOne(dice, .1, .3, .6, 0),
            SevenBar = dice.Chance(.4),
            FourOpen = dice.Chance(.5),
        };
    }

    private static FaceStyle Monoline(Dice dice)
    {
        var thick = dice.Between(.055, .09);
        return new FaceStyle
        {
            Family = "monoline",
            Thick = thick,
            Thin = thick,
            RoundPen = dice.Chance(.4),
            Width = dice.Between(.44, .66),
            Squareness = dice.Between(2, 2.8),
            One = DrawOne(dice, .12, .64, .24, 0),
            StraightTail = dice.Chance(.3),
        };
    }

    private static FaceStyle Extended(Dice dice)
    {
        var thick = dice.Between(.12, .22);
        return new FaceStyle
        {
            Family = "extended",
            Thick = thick,
            Thin = Math.Min(thick * dice.Between(.6, .9), .17),
            Width = dice.Between(.76, .95),
            Squareness = dice.Between(2, 3.2),
            One = DrawOne(dice, .1, .7, .2, 0),
        };
    }

    // Even strokes with long slabs, as on stamped and cast plates.
    private static FaceStyle Typewriter(Dice dice)
    {
        var thick = dice.Between(.07, .14);
        return new FaceStyle
        {
            Family = "typewriter",
            Thick = thick,
            Thin = thick * dice.Between(.75, 1),
            RoundPen = dice.Chance(.3),
            Width = dice.Between(.54, .7),
            Serif = dice.Between(.08, .15),
            SerifHeight = dice.Between(.05, .09),
            One = OneShape.Foot,
            SevenSerif = true,
        };
    }

    // Fat and hair strokes, leaning: engraved and painted numbers of the century before last.
    private static FaceStyle Copperplate(Dice dice)
    {
        var thick = dice.Between(.1, .19);
        return new FaceStyle
        {
            Family = "copperplate",
            Thick = thick,
            Thin = dice.Between(.035, .075),
            PenAngle = dice.Between(-.3, 0),
            RoundPen = dice.Chance(.4),
            Width = dice.Between(.46, .64),
            Ball = dice.Chance(.7) ? dice.Between(.07, .11) : 0,
            Slant = dice.Between(.15, .42),
            One = DrawOne(dice, .1, .5, .4, 0),
            SevenCurved = dice.Chance(.6),
        };
    }

    // Bent from flat iron, with knobs at the ends.
    private static FaceStyle Wrought(Dice dice)
    {
        var thick = dice.Between(.06, .11);
        return new FaceStyle
        {
            Family = "wrought",
            Thick = thick,
            Thin = thick * dice.Between(.7, 1),
            PenAngle = dice.Between(-.4, .2),
            RoundPen = dice.Chance(.5),
            Width = dice.Between(.46, .7),
            Ball = dice.Chance(.6) ? dice.Between(.06, .1) : 0,
            Wobble = dice.Between(.02, .08),
            Slant = dice.Within(.15),
            One = DrawOne(dice, .2, .4, .3, .1),
            FourOpen = dice.Chance(.25),
            SevenBar = dice.Chance(.2),
        };
    }

    private static FaceStyle Outlined(Dice dice) =>
        (dice.Chance(.5) ? GrotesqueBold(dice) : Clarendon(dice)) with { Family = "outlined", Finish = FaceFinish.Outline };

    private static FaceStyle Inlined(Dice dice) =>
        (dice.Chance(.5) ? GrotesqueBold(dice) : FatDidone(dice)) with { Family = "inlined", Finish = FaceFinish.Inline };
}
