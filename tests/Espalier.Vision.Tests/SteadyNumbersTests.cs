using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>Numbers over frames: flicker, missed frames, two houses, leaving, a camera that pans.</summary>
public class SteadyNumbersTests
{
    private const double FrameSeconds = 0.04;

    [Fact]
    public void A_number_is_reported_once_it_was_seen_for_three_frames_and_only_once()
    {
        var film = new Film();
        film.Show(2, Read("1304", 10));
        Assert.Empty(film.Steady.Current);

        film.Show(20, Read("1304", 10));

        Assert.Equal(["0.08 Appeared 1304"], film.Log);
        var number = Assert.Single(film.Steady.Current);
        Assert.Equal((1, "1304", 0.8f, Of(10)), (number.Identity, number.Text, MathF.Round(number.Confidence, 4), number.Box));
    }

    [Fact]
    public void What_is_seen_in_single_frames_is_never_reported()
    {
        var film = new Film();
        for (var i = 0; i < 50; i++)
        {
            film.Show(1, Read("7", 10));
            film.Show(1);
        }

        film.End();

        Assert.Empty(film.Log);
        Assert.Empty(film.Steady.Tracks);
    }

    [Fact]
    public void A_digit_that_flickers_changes_nothing()
    {
        var film = new Film();
        for (var i = 0; i < 40; i++) film.Show(1, Read(i % 4 == 3 ? "1804" : "1304", 10));

        film.End();

        Assert.Equal(["0.08 Appeared 1304", "1.56 Gone 1304"], film.Log);
        Assert.InRange(Assert.Single(film.Steady.Tracks).Confidence, 0.599f, 0.601f);
    }

    [Fact]
    public void A_doubtful_reading_has_less_of_a_vote_than_a_sure_one()
    {
        var film = new Film();
        film.Show(10, Read("1804", 10, 0.1f));
        film.Show(8, Read("1304", 10, 0.9f));

        Assert.Equal(["0.08 Appeared 1804", "0.56 Changed 1304, was 1804"], film.Log);
        Assert.Equal("1304", Assert.Single(film.Steady.Tracks).Text);
    }

    [Fact]
    public void A_digit_that_is_seen_half_of_the_time_belongs_to_the_number()
    {
        var film = new Film();
        film.Show(1, Read("52", 10, 0.3f));
        for (var i = 0; i < 40; i++) film.Show(1, i % 2 == 0 ? Read("5", 10, 0.8f) : Read("52", 10, 0.3f));

        film.End();

        Assert.Equal(["0.08 Appeared 52", "1.60 Gone 52"], film.Log);
    }

    [Fact]
    public void Another_reading_wins_once_it_lasts()
    {
        var film = new Film();
        film.Show(50, Read("1304", 10));
        film.Show(8, Read("1804", 10));
        Assert.Equal("1304", Assert.Single(film.Steady.Current).Text);

        film.Show(1, Read("1804", 10));

        Assert.Equal(["0.08 Appeared 1304", "2.32 Changed 1804, was 1304"], film.Log);
        Assert.Equal(1, Assert.Single(film.Steady.Current).Identity);
    }

    [Fact]
    public void Missed_frames_do_not_end_a_number_and_it_keeps_its_identity()
    {
        var film = new Film();
        film.Show(2, Read("52", 10));
        film.Show(1);
        film.Show(5, Read("52", 10));
        film.Show(7);
        Assert.Equal((1, Of(10)), film.Steady.Current.Select(number => (number.Identity, number.Box)).Single());
        film.Show(3, Read("52", 12));

        Assert.Equal(["0.16 Appeared 52"], film.Log);
        Assert.Equal((1, Of(12)), film.Steady.Current.Select(number => (number.Identity, number.Box)).Single());
    }

    [Fact]
    public void A_number_that_leaves_is_gone_and_a_new_one_there_has_another_identity()
    {
        var film = new Film();
        film.Show(5, Read("52", 10));
        film.Show(8);
        film.Show(5, Read("54", 10));

        Assert.Equal(["0.08 Appeared 52", "0.48 Gone 52", "0.60 Appeared 54"], film.Log);
        Assert.Equal([(1, "52"), (2, "54")], film.Steady.Tracks.Select(track => (track.Identity, track.Text)));
        var left = film.Steady.Tracks[0];
        Assert.Equal((0, 4 * FrameSeconds), (left.FirstSeconds, left.LastSeconds));
    }

    [Fact]
    public void Two_houses_are_two_numbers_however_they_are_ordered()
    {
        var film = new Film();
        for (var i = 0; i < 20; i++) film.Show(1, i % 2 == 0 ? [Read("12", 10), Read("14", 200)] : [Read("14", 201), Read("12", 11)]);

        Assert.Equal(["0.08 Appeared 12", "0.08 Appeared 14"], film.Log);
        Assert.Equal([(1, "12"), (2, "14")], film.Steady.Current.Select(number => (number.Identity, number.Text)));
    }

    [Theory]
    [InlineData(18)]
    [InlineData(-18)]
    public void A_camera_that_pans_loses_no_number(int step)
    {
        var film = new Film();
        for (var i = 0; i < 30; i++)
        {
            // Frames 10 and 11 are blurred: by then the number is a whole box further on.
            if (i is 10 or 11) film.Show(1);
            else film.Show(1, Read("12", 600 + (step * i)), Read("14", 800 + (step * i)));
        }

        Assert.Equal(["0.08 Appeared 12", "0.08 Appeared 14"], film.Log);
        Assert.Equal([600 + (29f * step), 800 + (29f * step)], film.Steady.Current.Select(number => number.Box.Left));
    }

    [Fact]
    public void A_number_that_is_cut_off_at_the_end_is_still_itself()
    {
        var film = new Film();
        film.Show(20, Read("1304", 10, 0.7f));
        film.Show(1, Read("1304", 11, 0.9f));
        film.Show(12, Read("304", 14));
        Assert.Equal("304", Assert.Single(film.Steady.Current).Text);

        film.End();

        var track = Assert.Single(film.Steady.Tracks);
        Assert.Equal(("1304", 20 * FrameSeconds, Of(11)), (track.Text, track.BestSeconds, track.Box));
        Assert.EndsWith("Gone 1304", film.Log[^1], StringComparison.Ordinal);
        Assert.Empty(film.Steady.Current);
    }

    [Fact]
    public void A_digit_that_is_missed_leaves_the_number_in_its_place()
    {
        var film = new Film();
        film.Show(6, Read("24", 10));
        film.Show(1, new HouseNumber("2", 0.9f, new Box(10, 10, 28, 40), []));
        film.Show(6, Read("24", 10));

        Assert.Equal(["0.08 Appeared 24"], film.Log);
    }

    [Theory]
    [InlineData(-0.1, 3, 8, 0.9, "The overlap between frames must be within 0…1")]
    [InlineData(0.2, 0, 8, 0.9, "The number of frames until a number is reported must be within 1…1000")]
    [InlineData(0.2, 3, 1001, 0.9, "The number of frames until a number is gone must be within 1…1000")]
    [InlineData(0.2, 3, 8, 1.5, "What is left of a vote must be within 0…1")]
    public void Options_outside_their_range_are_refused(double overlap, int appearing, int leaving, double memory, string expected)
    {
        var options = new SteadyNumberOptions
        {
            Overlap = (float)overlap,
            Appearing = appearing,
            Leaving = leaving,
            Memory = (float)memory,
        };
        Assert.StartsWith(expected, Assert.Throws<OptionException>(() => new SteadyNumbers(options)).Message, StringComparison.Ordinal);
    }

    private static HouseNumber Read(string text, float left, float confidence = 0.8f) => new(text, confidence, Of(left), []);

    private static Box Of(float left) => new(left, 10, left + 40, 40);

    /// <summary>Frames one after the other, and what they brought.</summary>
    private sealed class Film
    {
        private int _frame;

        public SteadyNumbers Steady { get; } = new();

        public List<string> Log { get; } = [];

        public void Show(int frames, params HouseNumber[] numbers)
        {
            for (var i = 0; i < frames; i++) Note(Steady.Add(numbers, FrameSeconds * _frame++), _frame - 1);
        }

        public void End() => Note(Steady.End(), _frame - 1);

        private void Note(IEnumerable<NumberChange> changes, int frame) =>
            Log.AddRange(changes.Select(change => FormattableString.Invariant(
            $"{FrameSeconds * frame:0.00} {change.Event} {change.Number.Text}{(change.Before is null ? "" : $", was {change.Before}")}")));
    }
}
