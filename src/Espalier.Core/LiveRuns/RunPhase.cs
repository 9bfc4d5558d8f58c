namespace Espalier.Core.LiveRuns;

/// <summary>What a run does, or how it ended.</summary>
internal enum RunPhase
{
    /// <summary>It learns.</summary>
    Training,

    /// <summary>It judges an epoch.</summary>
    Validating,

    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>Patience ran out.</summary>
    EarlyStopped,

    /// <summary>It was stopped, and can be gone on with.</summary>
    Interrupted,
}
