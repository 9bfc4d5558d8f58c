using Espalier.Training.Distribution;
using Espalier.Training.Profiling;

namespace Espalier.Training.Loops;

/// <summary>What is around a run and changes nothing of what comes of it.</summary>
internal sealed record TrainingContext
{
    /// <summary>The processes that train together, each with its part of every batch. Only the first writes files.</summary>
    /// <value>Default this one alone.</value>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>Where the time is measured; nowhere if null.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>How many processors' worth of time so many threads are given now, by which fewer are taken beside busy programs where
    /// nobody says how many.</summary>
    /// <value>Default all of it, without a look.</value>
    internal Func<int, double> GrantedTime { get; init; } = threads => threads;

    /// <summary>Told what the user should know.</summary>
    internal Action<string> Note { get; init; } = _ => { };

    /// <summary>Ends the preparations.</summary>
    internal CancellationToken CancellationToken { get; init; }
}
