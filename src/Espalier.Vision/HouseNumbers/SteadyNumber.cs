namespace Espalier.Vision;

/// <summary>A number that has been seen for a few frames.</summary>
/// <param name="Identity">1, 2, … in the order in which numbers became steady; the same as long as the number is followed.</param>
/// <param name="Text">What most of the last frames' votes are for; a frame votes for what it read,
/// by its confidence and the digits that it saw.</param>
/// <param name="Confidence">The mean of the last frames' confidence in this text, 0…1; a frame that read another one counts as 0.</param>
/// <param name="Box">Where it was last seen, in pixels of the frame.</param>
public sealed record SteadyNumber(int Identity, string Text, float Confidence, Box Box);

/// <summary>What happened to a steady number.</summary>
public enum NumberEvent
{
    /// <summary>It has been seen for long enough.</summary>
    Appeared,

    /// <summary>Another text has more votes now.</summary>
    Changed,

    /// <summary>It has not been seen for too long, or there are no more frames.</summary>
    Gone,
}

/// <summary>A change that a frame brought.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Number">The number after the change.</param>
/// <param name="Before">What it was read as before; null unless it <see cref="NumberEvent.Changed"/>.</param>
public readonly record struct NumberChange(NumberEvent Event, SteadyNumber Number, string? Before = null);

/// <summary>The whole time for which a number was followed.</summary>
/// <param name="Identity">As in <see cref="SteadyNumber"/>.</param>
/// <param name="Text">What most of all frames' votes are for:
/// a number that leaves the picture is cut off at the end, and still itself.</param>
/// <param name="Confidence">The mean of all frames' confidence in this text, 0…1; a frame that read another one counts as 0.</param>
/// <param name="FirstSeconds">When it was first seen.</param>
/// <param name="LastSeconds">When it was last seen.</param>
/// <param name="BestSeconds">When it was read as <paramref name="Text"/> with the most confidence.</param>
/// <param name="Box">Where it stood then, in pixels of the frame.</param>
public sealed record NumberTrack(int Identity, string Text, float Confidence, double FirstSeconds, double LastSeconds,
    double BestSeconds, Box Box);
