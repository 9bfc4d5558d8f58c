using Espalier.Vision;

namespace Espalier.Tests.Svhn;

/// <summary>Numbers made of the official boxes against the official order, over all 33,402 training photos.</summary>
public class NumberOrderTests
{
    [Fact]
    public void Official_numbers_are_read_in_their_order()
    {
        var photos = OfficialBoxes.Read("train").GroupBy(row => row.File).ToList();
        string[] names = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];
        var right = photos.Count(photo =>
        {
            // Of two boxes over one another the first labelled is the digit.
            var digits = photo.Select((row, i) => new Detection(
                new Box((float)row.Box.Left, (float)row.Box.Top, (float)(row.Box.Left + row.Box.Width), (float)(row.Box.Top + row.Box.Height)), 1 - (i * 1e-4f), (int)row.Box.Label % 10));
            return NumberReading.Read(digits, names)[0].Text == string.Concat(photo.Select(row => (int)row.Box.Label % 10));
        });

        Assert.Equal(33_402, photos.Count);

        // What is left: steep numbers whose digits stand half below each other, and stacks that the annotators listed from the left instead of from above.
        Assert.InRange((double)right / photos.Count, 0.996, 1);
    }
}
