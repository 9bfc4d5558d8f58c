using Espalier.Reports.Mistakes;
using Espalier.Vision;

namespace Espalier.Reports.Tests;

public sealed class JudgedNumberTests
{
    [Theory]
    [InlineData("42", "", "42")]
    [InlineData("42", "nothing read")]
    [InlineData("42", "a digit missed", "4")]
    [InlineData("1234", "digits missed", "24")]
    [InlineData("42", "a digit too many", "482")]
    [InlineData("4", "digits too many", "142")]
    [InlineData("42", "2 for 4", "22")]
    [InlineData("4271", "2 digits wrong", "4289")]
    [InlineData("42", "wrong order", "24")]
    [InlineData("427", "misread and miscounted", "38")]
    [InlineData("4210", "taken for two numbers", "42", "10")]
    public void A_mistake_is_told_in_a_word_or_two(string written, string mistake, params string[] read)
    {
        var number = new JudgedNumber("photo.png", [], written, [.. read.Select(text => new HouseNumber(text, 0.5f, default, []))]);

        Assert.Equal(mistake, number.Mistake);
        Assert.Equal(read is [var first, ..] ? (first, 0.5f) : ("", 0f), (number.Read, number.Confidence));
    }
}
