using Espalier.Core;

namespace Espalier.Vision;

/// <summary>
/// House numbers kept steady over the frames of a video: a number is found again by the overlap of boxes, its text is what the last frames
/// vote for by their confidence, and it is reported once it has been seen for a few frames and until it has been gone for a few. The same
/// frames give the same numbers, always.
/// </summary>
/// <example><code>
/// var steady = new SteadyNumbers();
/// foreach (var change in steady.Add(reader.Read(frame), seconds))
///     Console.WriteLine($"{change.Event} {change.Number.Text}");
/// </code></example>
public sealed class SteadyNumbers
{
    private readonly SteadyNumberOptions _options;
    private readonly List<FollowedNumber> _followed = [];
    private readonly List<NumberTrack> _left = [];
    private int _identities;

    /// <summary>Begins before the first frame.</summary>
    /// <param name="options">The standards if null.</param>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public SteadyNumbers(SteadyNumberOptions? options = null)
    {
        _options = options ?? new SteadyNumberOptions();
        _options.Validate();
    }

    /// <summary>The numbers that are steady now, by identity; one that the last frame did not see stands where it was.</summary>
    public IReadOnlyList<SteadyNumber> Current => [.. Steady().Select(number => number.Current)];

    /// <summary>All numbers that were steady so far, by identity, those of now included.</summary>
    public IReadOnlyList<NumberTrack> Tracks => [.. _left.Concat(Steady().Select(number => number.Track)).OrderBy(track => track.Identity)];

    /// <summary>Takes the next frame.</summary>
    /// <param name="numbers">What was read in it.</param>
    /// <param name="seconds">When it was; not before the frame before it.</param>
    /// <returns>What changed by it, in the order of identities; those that appeared last.</returns>
    public IReadOnlyList<NumberChange> Add(IReadOnlyList<HouseNumber> numbers, double seconds)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var before = Steady().Select(number => (Number: number, number.Text)).ToList();
        Match(numbers, seconds);
        var changes = new List<NumberChange>();
        foreach (var (number, text) in before)
        {
            if (number.Missed >= _options.Leaving) changes.Add(Leave(number));
            else if (number.Text != text) changes.Add(new NumberChange(NumberEvent.Changed, number.Current, text));
        }

        _followed.RemoveAll(number => number.Identity == 0 && number.Sightings <= 0);
        foreach (var number in _followed.Where(number => number.Identity == 0 && number.Sightings >= _options.Appearing))
        {
            number.Identity = ++_identities;
            changes.Add(new NumberChange(NumberEvent.Appeared, number.Current));
        }

        return changes;
    }

    /// <summary>There are no more frames: every number is gone.</summary>
    public IReadOnlyList<NumberChange> End()
    {
        NumberChange[] changes = [.. Steady().ToList().Select(Leave)];
        _followed.Clear();
        return changes;
    }

    private IEnumerable<FollowedNumber> Steady() => _followed.Where(number => number.Identity > 0).OrderBy(number => number.Identity);

    private NumberChange Leave(FollowedNumber number)
    {
        _followed.Remove(number);
        var whole = number.Track;
        _left.Add(whole);
        return new NumberChange(NumberEvent.Gone, number.Current with { Text = whole.Text, Confidence = whole.Confidence });
    }

    /// <summary>The best pairs first; steady numbers before those that may never become so.</summary>
    private void Match(IReadOnlyList<HouseNumber> numbers, double seconds)
    {
        var pairs = from known in Enumerable.Range(0, _followed.Count)
                    from read in Enumerable.Range(0, numbers.Count)
                    let fit = _followed[known].Fit(numbers[read].Box)
                    where fit > _options.Overlap
                    orderby _followed[known].Identity == 0, fit descending
                    select (known, read);
        var (foundAgain, taken) = (new bool[_followed.Count], new bool[numbers.Count]);
        foreach (var (known, read) in pairs.ToList())
        {
            if (foundAgain[known] || taken[read]) continue;
            _followed[known].Update(numbers[read], seconds, _options.Memory);
            foundAgain[known] = taken[read] = true;
        }

        for (var i = 0; i < foundAgain.Length; i++)
        {
            if (!foundAgain[i]) _followed[i].MarkMissed();
        }

        for (var i = 0; i < numbers.Count; i++)
        {
            if (!taken[i]) _followed.Add(new FollowedNumber(numbers[i], seconds));
        }
    }
}
