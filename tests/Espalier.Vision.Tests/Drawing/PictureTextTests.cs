namespace Espalier.Vision.Tests;

public sealed class PictureTextTests
{
    [Fact]
    public void Every_printable_letter_is_there_and_differs_from_every_other()
    {
        var pictures = Enumerable.Range(' ', '~' - ' ' + 1).Select(letter => Convert.ToHexString(Drawn(((char)letter).ToString()).Pixels))
            .ToArray();
        Assert.Equal(pictures.Length, pictures.Distinct().Count());
        Assert.DoesNotContain((byte)255, Drawn(" ").Pixels);
    }

    [Fact]
    public void Other_characters_are_an_empty_box() => Assert.Equal(Drawn("é").Pixels, Drawn("数").Pixels);

    [Fact]
    public void A_text_stays_within_its_measure()
    {
        foreach (var text in new[] { "x", "digit 7 0.93", "gypsy, [j]_" })
        {
            var size = PictureText.Measure(text, 3);
            var picture = new Picture(size.Width + 20, size.Height + 20);
            PictureText.Draw(picture, 10, 10, text, 3, Rgb.White);
            for (var y = 0; y < picture.Height; y++)
            {
                for (var x = 0; x < picture.Width; x++)
                {
                    if (picture.Row(y)[x * 3] != 0) Assert.True(x >= 10 && x < 10 + size.Width && y >= 10 && y < 10 + size.Height);
                }
            }
        }
    }

    [Fact]
    public void Text_beyond_the_picture_is_left_out() => PictureText.Draw(new Picture(5, 5), -7, 3, "a long text", 4, Rgb.White);

    [Theory]
    [InlineData("person 0.93", 200, "person 0.93")]
    [InlineData("person 0.93", 41, "perso..")]
    [InlineData("person", 5, "p")]
    [InlineData("person", 0, "")]
    public void Long_texts_are_shortened(string text, int width, string expected) =>
        Assert.Equal(expected, PictureText.Shorten(text, 1, width));

    private static Picture Drawn(string text)
    {
        var picture = new Picture(6, 9);
        PictureText.Draw(picture, 0, 0, text, 1, Rgb.White);
        return picture;
    }
}
