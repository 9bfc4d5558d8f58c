using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>The colours of house fronts, plates and numbers, as photos of streets show them: mostly grey, seldom pure.</summary>
internal static class Palette
{
    /// <summary>Plaster, stone, paint.</summary>
    public static Tint Wall(Dice dice) => dice.Weighted([3.2, 2, 1.6, 1, .8, .7, .7, .5]) switch
    {
        0 => Tint.FromHsv(dice.Between(20, 55), dice.Between(.03, .2), dice.Between(.45, .85)), // beige, grey
        1 => Tint.FromHsv(dice.Between(0, 360), dice.Between(0, .08), dice.Between(.75, 1)), // white
        2 => Tint.FromHsv(dice.Between(200, 280), dice.Between(.02, .15), dice.Between(.35, .75)), // bluish grey
        3 => Tint.FromHsv(dice.Between(20, 48), dice.Between(.3, .65), dice.Between(.5, .85)), // ochre, sand
        4 => Tint.FromHsv(dice.Between(0, 22), dice.Between(.3, .7), dice.Between(.35, .75)), // pink, red
        5 => Tint.FromHsv(dice.Between(80, 170), dice.Between(.15, .5), dice.Between(.2, .6)), // green
        6 => Tint.FromHsv(dice.Between(0, 360), dice.Between(0, .25), dice.Between(.05, .25)), // almost black
        _ => Tint.FromHsv(dice.Between(0, 360), dice.Between(.2, .6), dice.Between(.3, .9)),
    };

    public static Tint Brick(Dice dice) => Tint.FromHsv(dice.Between(2, 32), dice.Between(.2, .6), dice.Between(.25, .68));

    public static Tint Wood(Dice dice) => dice.Chance(.5)
        ? Tint.FromHsv(dice.Between(15, 36), dice.Between(.35, .75), dice.Between(.15, .6))
        : Wall(dice);

    /// <summary>The ground of a plate and the ink on it.</summary>
    public static (Tint Ground, Tint Ink) Plate(Dice dice) => dice.Weighted([3, 3.2, 1.2, .5, .4, .5, .5, .5]) switch
    {
        0 => (Tint.FromHsv(dice.Between(215, 242), dice.Between(.45, .8), dice.Between(.28, .62)), White(dice)), // blue enamel
        1 => (White(dice), DarkInk(dice)), // white enamel or plastic
        // black, slate
        2 => (Tint.FromHsv(dice.Between(0, 360), dice.Between(0, .3), dice.Between(.04, .22)), dice.Chance(.7) ? White(dice) : Gold(dice)),
        3 => (Tint.FromHsv(dice.Between(350, 366) % 360, dice.Between(.6, .85), dice.Between(.35, .65)), White(dice)), // red
        4 => (Tint.FromHsv(dice.Between(110, 170), dice.Between(.4, .8), dice.Between(.18, .45)), White(dice)), // green
        5 => (Gold(dice), DarkInk(dice)), // brass
        6 => (Tint.FromHsv(dice.Between(200, 240), dice.Between(0, .1), dice.Between(.5, .8)), DarkInk(dice)), // steel
        _ => (Tint.FromHsv(dice.Between(30, 55), dice.Between(.1, .35), dice.Between(.65, .95)), DarkInk(dice)), // ivory, wood
    };

    public static Tint White(Dice dice) => Tint.FromHsv(dice.Between(30, 250), dice.Between(0, .08), dice.Between(.8, 1));

    public static Tint Gold(Dice dice) => Tint.FromHsv(dice.Between(32, 50), dice.Between(.3, .6), dice.Between(.5, .85));

    public static Tint DarkInk(Dice dice) => dice.Weighted([3, 1.8, .4, .3, .4]) switch
    {
        0 => Tint.FromHsv(dice.Between(0, 360), dice.Between(0, .2), dice.Between(.03, .2)),
        1 => Tint.FromHsv(dice.Between(215, 245), dice.Between(.5, .9), dice.Between(.2, .55)),
        2 => Tint.FromHsv(dice.Between(350, 370) % 360, dice.Between(.6, .9), dice.Between(.3, .6)),
        3 => Tint.FromHsv(dice.Between(100, 170), dice.Between(.4, .8), dice.Between(.15, .35)),
        _ => Tint.FromHsv(dice.Between(15, 35), dice.Between(.4, .8), dice.Between(.12, .35)),
    };

    /// <summary>Numbers without a plate: black iron, brass, steel, white, painted.</summary>
    public static Tint Metal(Dice dice) => dice.Weighted([3, 1.5, 1.5, 1.2, .6]) switch
    {
        0 => Tint.FromHsv(dice.Between(0, 360), dice.Between(0, .25), dice.Between(.03, .2)),
        1 => Gold(dice),
        2 => Tint.FromHsv(dice.Between(200, 240), dice.Between(0, .1), dice.Between(.5, .85)),
        3 => White(dice),
        _ => DarkInk(dice),
    };
}
