namespace Espalier.Streets.Glyphs;

/// <summary>The measures of a built-in face, as shares of the capital height.</summary>
internal sealed record FaceStyle
{
    public required string Family { get; init; }

    /// <summary>Width of a vertical stroke.</summary>
    public double Thick { get; init; } = .14;

    /// <summary>Height of a horizontal stroke.</summary>
    public double Thin { get; init; } = .12;

    /// <summary>How far the pen is turned, in radians.</summary>
    public double PenAngle { get; init; }

    public bool RoundPen { get; init; }

    /// <summary>Width of a 0; most other digits follow it.</summary>
    public double Width { get; init; } = .6;

    /// <summary>The exponent of the bowls: 2 for ellipses, 4 for almost squares, 1.4 for almost rhombs.</summary>
    public double Squareness { get; init; } = 2;

    /// <summary>Length of serifs beyond the stem, each side; 0 for none.</summary>
    public double Serif { get; init; }

    /// <summary>Height of serifs.</summary>
    public double SerifHeight { get; init; } = .05;

    /// <summary>Radius of the balls at which curved strokes end; 0 for none.</summary>
    public double Ball { get; init; }

    /// <summary>The part of the capital height above the waist of 3, 8 and the like.</summary>
    public double Waist { get; init; } = .48;

    /// <summary>Tangent of the slant to the right.</summary>
    public double Slant { get; init; }

    /// <summary>How far a hand's unsteadiness moves the lines.</summary>
    public double Wobble { get; init; }

    /// <summary>Which hand it was, for <see cref="Wobble"/>.</summary>
    public ulong Hand { get; init; }

    /// <summary>How far open curves (2, 3, 5, 6, 9) close in on themselves, 0…1.</summary>
    public double Curl { get; init; } = .5;

    public OneShape One { get; init; } = OneShape.Flag;

    public bool FourOpen { get; init; }

    public bool SevenBar { get; init; }

    public bool SevenCurved { get; init; }

    public bool SevenSerif { get; init; }

    public bool ThreeFlat { get; init; }

    /// <summary>6 and 9 with a straight or slightly bent tail instead of a hook.</summary>
    public bool StraightTail { get; init; }

    public bool TwoStraightNeck { get; init; }

    /// <summary>Digits of different heights: 0, 1 and 2 small, 3, 4, 5, 7 and 9 descending.</summary>
    public bool OldStyleFigures { get; init; }

    public FaceFinish Finish { get; init; }
}

/// <summary>The shapes of a 1.</summary>
internal enum OneShape
{
    /// <summary>A bare stem.</summary>
    Plain,

    /// <summary>A stem with a short stroke at its head.</summary>
    Flag,

    /// <summary>A stem with a long upstroke, as Europeans write it.</summary>
    LongFlag,

    /// <summary>Flag and foot.</summary>
    Foot,
}

/// <summary>What is done with a face's strokes.</summary>
internal enum FaceFinish
{
    Solid,

    /// <summary>Hollow.</summary>
    Outline,

    /// <summary>A line of the ground's colour within the strokes.</summary>
    Inline,

    /// <summary>Strokes interrupted by the stencil's bridges.</summary>
    Stencil,
}
