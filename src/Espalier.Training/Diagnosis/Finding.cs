namespace Espalier.Training.Diagnosis;

/// <summary>One thing that was looked at on this machine.</summary>
/// <param name="Subject">What, such as <c>memory</c>.</param>
/// <param name="Status">Whether it will do.</param>
/// <param name="Found">What was found.</param>
/// <param name="Advice">What to do about it; null where nothing is to be done.</param>
internal sealed record Finding(string Subject, FindingStatus Status, string Found, string? Advice = null);

/// <summary>Whether something will do.</summary>
internal enum FindingStatus
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Everything works, but something will be slower or is not to be had.</summary>
    Warning,

    /// <summary>Something will fail.</summary>
    Problem,
}
