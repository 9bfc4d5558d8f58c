using Espalier.Streets.Glyphs;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Tests;

/// <summary>The digits and letters that this library draws.</summary>
public class BuiltInFaceTests
{
    private static readonly DigitLikeness Likeness = new();

    public static TheoryData<int> Families() => [.. Enumerable.Range(0, FaceFamilies.Count)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Digits_of_a_family_are_unmistakable(int family)
    {
        // Known faces are other ones of all families, so that a 6 that looks like an 8 would be found out.
        var dice = new Dice(77, (ulong)family);
        var mistakes = 0;
        for (var i = 0; i < 8; i++)
        {
            var face = FaceFamilies.Draw(family, dice);
            mistakes += Enumerable.Range(0, 10).Count(digit => Likeness.Recognize(face.Draw((char)('0' + digit)).Body) != digit);
        }

        Assert.True(mistakes <= 3, $"{mistakes} of 80 digits are taken for others");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Digits_are_as_high_as_the_face_says(int family)
    {
        var face = FaceFamilies.Draw(family, new Dice(5, (ulong)family));
        foreach (var digit in "0123456789")
        {
            var (_, top, _, bottom) = face.Draw(digit).Body.Bounds();
            var small = face.Style.OldStyleFigures && digit is '0' or '1' or '2';
            Assert.InRange(bottom - top, (small ? .7 : .95) - face.Style.Wobble, (small ? .75 : 1.01) + face.Style.Wobble);
        }
    }

    [Fact]
    public void Two_faces_of_one_family_differ()
    {
        var dice = new Dice(1);

        Assert.NotEqual(FaceFamilies.Draw(0, dice).Draw('2').Body.Bounds(), FaceFamilies.Draw(0, dice).Draw('2').Body.Bounds());
    }

    [Fact]
    public void Every_letter_is_drawn()
    {
        for (var family = 0; family < FaceFamilies.Count; family++)
        {
            var face = FaceFamilies.Draw(family, new Dice(9));
            Assert.All(LetterSkeletons.Characters, letter => Assert.True(Coverage.Of(face.Draw(letter).Body.Map(point => point * 40),
                80, 80).Values.Sum() > 8, $"{letter} in {face.Name}"));
        }
    }

    [Fact]
    public void Signs_that_are_no_digits_are_told_from_digits()
    {
        var face = FaceFamilies.Draw(0, new Dice(12));
        Outline[] digits = [.. "0123456789".Select(digit => face.Draw(digit).Body)];

        Assert.True(Likeness.AreDigits(digits));
        Assert.False(Likeness.AreDigits([.. "ACEFHKLMNP".Select(letter => face.Draw(letter).Body)]));
        Assert.False(Likeness.AreDigits([.. digits.Skip(1), digits[0]]));
    }
}
