using Espalier.Datasets.Svhn;
using Espalier.Vision;

namespace Espalier.Tests.Svhn;

/// <summary>Numbers made of the official boxes against the official order, over all 33,402 training photos.</summary>
public class NumberOrderTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    [Fact]
    public void Official_numbers_are_read_in_their_order()
    {
        var photos = OfficialBoxes.Read("train").GroupBy(row => row.File).ToList();

        // What a stroke or a gap parts is another question (below).
        var options = new NumberReadingOptions { WidestGap = 100 };
        var right = photos.Count(photo => NumberReading.Read(Boxes(photo), Names, options)[0]
            .Text == string.Concat(photo.Select(row => (int)row.Box.Label % 10)));

        Assert.Equal(33_402, photos.Count);

        // What is left: steep numbers whose digits stand half below each other, and stacks that the annotators listed from the left instead
        // of from above.
        Assert.InRange((double)right / photos.Count, 0.996, 1);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("test")]
    public void Of_official_numbers_few_are_taken_apart(string split)
    {
        var photos = OfficialBoxes.Read(split).GroupBy(row => row.File).ToList();
        var whole = photos.Count(photo => NumberReading.Read(Boxes(photo), Names).Count == 1);

        Assert.InRange((double)whole / photos.Count, 0.996, 1);
    }

    /// <summary>The boxes of a photo as detections; of two over one another the first labelled is the digit.</summary>
    private static IEnumerable<Detection> Boxes(IEnumerable<(string File, DigitStructBox Box)> photo) =>
        photo.Select((row, i) => new Detection(
                    new Box(
                        (float)row.Box.Left,
                        (float)row.Box.Top,
                        (float)(row.Box.Left + row.Box.Width),
                        (float)(row.Box.Top + row.Box.Height)
                    ),
                    1 - (i * 1e-4f),
                    (int)row.Box.Label % 10
                )
        );
}
