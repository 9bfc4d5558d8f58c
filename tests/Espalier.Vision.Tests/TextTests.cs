using System.Globalization;
using System.Text.Json;

namespace Espalier.Vision.Tests;

/// <summary>What a log and a web service show of what was found.</summary>
public sealed class TextTests
{
    private static readonly Box Place = new(12.5f, 30, 48.04f, 96);
    private static readonly Detection Found = new(Place, 0.934f, 7);
    private static readonly HouseNumber Number = new("7", 0.934f, Place,
        [[new ReadDigit(7, 0.934f, Place, [new DigitAlternative(1, 0.02f)])]]);

    [Fact]
    public void Printed_in_a_line_wherever_a_comma_is_the_decimal_sign()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            Assert.Equal("12.5,30 – 48,96", Place.ToString());
            Assert.Equal("class 7 (0.93) at 12.5,30 – 48,96", Found.ToString());
            Assert.Equal("7 (0.93) at 12.5,30 – 48,96", Number.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void As_JSON_without_what_follows_from_the_rest() => Assert.Equal(
        """{"Box":{"Left":12.5,"Top":30,"Right":48.04,"Bottom":96},"Confidence":0.934,"Class":7}""", JsonSerializer.Serialize(Found));

    [Fact]
    public void From_JSON_as_it_was()
    {
        var number = JsonSerializer.Deserialize<HouseNumber>(JsonSerializer.Serialize(Number, JsonSerializerOptions.Web),
            JsonSerializerOptions.Web)!;

        Assert.Equal(Found, JsonSerializer.Deserialize<Detection>(JsonSerializer.Serialize(Found)));
        Assert.Equal((Number.Text, Number.Confidence, Number.Box), (number.Text, number.Confidence, number.Box));
        Assert.Equal(Number.Detections, number.Detections);
        Assert.Equal(Number.Lines[0][0].Alternatives, number.Lines[0][0].Alternatives);
    }
}
