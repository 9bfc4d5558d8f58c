using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>The colours of all reports. Classes have those of <see cref="ClassPalette"/>, series are borrowed from it too.</summary>
internal static class Ink
{
    public static readonly SKColor Paper = SKColors.White;
    public static readonly SKColor Text = new(31, 36, 48);
    public static readonly SKColor Quiet = new(102, 110, 126);
    public static readonly SKColor Axis = new(150, 157, 170);
    public static readonly SKColor Grid = new(232, 235, 240);
    public static readonly SKColor Card = new(246, 247, 249);

    /// <summary>The first series of a chart, such as the training's.</summary>
    public static readonly SKColor First = OfClass(0);

    /// <summary>The second, such as the validation's.</summary>
    public static readonly SKColor Second = OfClass(4);

    /// <summary>The colour of a class, everywhere.</summary>
    public static SKColor OfClass(int index) => Of(ClassPalette.ColorOf(index));

    /// <summary>Black or white, whichever reads better on a colour.</summary>
    public static SKColor On(SKColor ground) => Of(new Rgb(ground.Red, ground.Green, ground.Blue).Contrasting);

    /// <summary>From paper to a deep version of the first series' colour: how much of something there is.</summary>
    /// <param name="share">0…1.</param>
    public static SKColor Ramp(double share)
    {
        var t = Math.Clamp(share, 0, 1);
        return t < 0.5 ? Mix(Paper, new SKColor(79, 178, 162), t * 2) : Mix(new SKColor(79, 178, 162), new SKColor(0, 62, 56), t * 2 - 1);
    }

    private static SKColor Mix(SKColor from, SKColor to, double share)
    {
        return new SKColor(Between(from.Red, to.Red), Between(from.Green, to.Green), Between(from.Blue, to.Blue));

        byte Between(byte a, byte b) => (byte)Math.Round(a + (b - a) * share);
    }

    private static SKColor Of(Rgb color) => new(color.Red, color.Green, color.Blue);
}
