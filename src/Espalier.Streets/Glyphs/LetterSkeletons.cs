namespace Espalier.Streets.Glyphs;

/// <summary>
/// Letters that stand beside numbers. Those that could be taken for a digit where they are small and blurred (G, I, O, Q, S, Z, g, i, l, o,
/// q, s, z) are not among them; B, D, b and d, which could be too, are drawn only where letters have boxes.
/// </summary>
internal static class LetterSkeletons
{
    public const string Characters = "ACEFHKLMNPRTUVWXYacehmnrtuvx-°BDbd";

    /// <summary>A letter in a face.</summary>
    public static Skeleton Of(FaceStyle style, char letter)
    {
        var wide = letter is 'M' or 'W' or 'm' ? 1.25 : letter is '-' or '°' ? .5 : char.IsLower(letter) ? .8 : 1;
        var s = new Skeleton(style, Math.Max(style.Width * wide, style.Thick * 1.6));
        if (char.IsUpper(letter)) Capital(s, letter);
        else Small(s, letter);
        return s;
    }

    private static void Capital(Skeleton s, char letter)
    {
        switch (letter)
        {
            case 'A': s.From(0, 1.1).To(.5, 0).To(1, 1.1).From(.2, .66).To(.8, .66); break;
            case 'B':
                s.From(.5, .48).Arc(0, .48, 1, 1, 270, 450).To(0, 1).To(0, 0).To(.47, 0).Arc(0, 0, .94, .48, 270, 450).To(0, .48);
                break;
            case 'C': s.Arc(0, 0, 1, 1, 312, 48, begin: true); break;
            case 'D': s.From(.4, 1).To(0, 1).To(0, 0).To(.4, 0).Arc(-.2, 0, 1, 1, 270, 450); break;
            case 'E': s.From(1, 0).To(0, 0).To(0, 1).To(1, 1).From(0, .48).To(.85, .48); break;
            case 'F': s.From(1, 0).To(0, 0).To(0, 1.1).From(0, .5).To(.85, .5).Foot(0); break;
            case 'H': s.From(0, -.1).To(0, 1.1).From(1, -.1).To(1, 1.1).From(0, .5).To(1, .5).Foot(0).Foot(1); break;
            case 'K': s.From(0, -.1).To(0, 1.1).From(1, -.1).To(0, .6).From(.3, .42).To(1, 1.1).Foot(0); break;
            case 'L': s.From(0, -.1).To(0, 1).To(1, 1); break;
            case 'M': s.From(0, 1.1).To(0, 0).To(.5, .75).To(1, 0).To(1, 1.1); break;
            case 'N': s.From(0, 1.1).To(0, 0).To(1, 1).To(1, -.1); break;
            case 'P': s.From(0, 1.1).To(0, 0).To(.5, 0).Arc(0, 0, 1, .52, 270, 450).To(0, .52).Foot(0); break;
            case 'R': s.From(0, 1.1).To(0, 0).To(.5, 0).Arc(0, 0, 1, .52, 270, 450).To(0, .52).From(.5, .52).To(1, 1.1).Foot(0); break;
            case 'T': s.From(0, 0).To(1, 0).From(.5, 0).To(.5, 1.1); break; // With a foot it would be an I, which could be a 1.
            case 'U': s.From(0, -.1).To(0, .6).Arc(0, .2, 1, 1, 180, 0).To(1, -.1); break;
            case 'V': s.From(0, -.1).To(.5, 1).To(1, -.1); break;
            case 'W': s.From(0, -.1).To(.25, 1).To(.5, .2).To(.75, 1).To(1, -.1); break;
            case 'X': s.From(0, -.1).To(1, 1.1).From(1, -.1).To(0, 1.1); break;
            default: s.From(0, -.1).To(.5, .5).To(1, -.1).From(.5, .5).To(.5, 1.1).Foot(.5); break;
        }
    }

    private static void Small(Skeleton s, char letter)
    {
        const double Top = .36;
        switch (letter)
        {
            case 'a':
                s.Arc(0, Top, 1, 1, 200, 360, begin: true).To(1, 1.1).From(1, .64).To(.5, .62).Arc(0, .62, 1, 1, 270, 90)
                .To(1, .9); break;
            case 'b': s.From(0, -.1).To(0, 1.1).Loop(0, Top, 1, 1); break;
            case 'c': s.Arc(0, Top, 1, 1, 318, 42, begin: true); break;
            case 'd': s.From(1, -.1).To(1, 1.1).Loop(0, Top, 1, 1); break;
            case 'e': s.From(0, .68).To(1, .68).Arc(0, Top, 1, 1, 360, 40); break;
            case 'h': s.From(0, -.1).To(0, 1.1).From(0, .6).Arc(0, Top, 1, .9, 200, 360).To(1, 1.1); break;
            case 'm':
                s.From(0, Top).To(0, 1.1).From(0, .6).Arc(0, Top, .5, .9, 200, 360).To(.5, 1.1).From(.5, .6)
                .Arc(.5, Top, 1, .9, 200, 360).To(1, 1.1); break;
            case 'n': s.From(0, Top).To(0, 1.1).From(0, .6).Arc(0, Top, 1, .9, 200, 360).To(1, 1.1); break;
            case 'r': s.From(.1, Top).To(.1, 1.1).From(.1, .62).Arc(.1, Top, 1, .9, 200, 320); break;
            case 't': s.From(.4, .1).To(.4, .8).Arc(.4, .6, 1.2, 1, 180, 90).From(0, Top).To(.95, Top); break;
            case 'u': s.From(0, Top).To(0, .7).Arc(0, .5, 1, 1, 180, 0).From(1, Top).To(1, 1.1); break;
            case 'v': s.From(0, Top).To(.5, 1).To(1, Top); break;
            case 'x': s.From(0, Top).To(1, 1).From(1, Top).To(0, 1); break;
            case '°': s.Loop(.1, .02, .9, .34); break;
            default: s.From(0, .55).To(1, .55); break;
        }
    }
}
