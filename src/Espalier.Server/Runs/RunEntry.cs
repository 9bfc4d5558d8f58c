using Espalier.Core.LiveRuns;

namespace Espalier.Server.Runs;

/// <summary>A folder that a command filled, in a list of them.</summary>
/// <param name="Id">Its path below the folder of runs, with <c>/</c>.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="State">What a training does, or how it ended; null where that is not known, and for other kinds.</param>
/// <param name="Epoch">Epochs that are done.</param>
/// <param name="Epochs">Epochs that are planned; null where that is not known.</param>
/// <param name="Best">The best mAP50 so far; null before the first epoch.</param>
/// <param name="SecondsLeft">Until the last planned epoch; null where nothing is under way.</param>
/// <param name="Written">When something last came of it.</param>
internal sealed record RunEntry(
    string Id, RunKind Kind, RunState? State, int Epoch, int? Epochs, double? Best, double? SecondsLeft, DateTime Written);

/// <summary>What a folder of runs holds.</summary>
internal enum RunKind
{
    /// <summary>A training.</summary>
    Training,

    /// <summary>Cuts of growing depth: <c>prune --sweep</c>.</summary>
    Sweep,

    /// <summary>An experiment's report; its trainings are entries of their own.</summary>
    Experiment,
}

/// <summary>What a training does, or how it ended.</summary>
internal enum RunState
{
    /// <summary>It learns.</summary>
    Training,

    /// <summary>It judges an epoch.</summary>
    Validating,

    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>Patience ran out.</summary>
    EarlyStopped,

    /// <summary>It was stopped.</summary>
    Interrupted,

    /// <summary>Its process is gone without a word.</summary>
    Dead,
}

/// <summary>All that is known of one entry.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Progress">How far it is; null where no process ever said.</param>
/// <param name="Wish">What is wanted of it and has not been taken in yet.</param>
/// <param name="WishFault">Why the wish cannot be read; null where it can.</param>
/// <param name="Columns">The names of its table's columns: <c>results.csv</c>, <c>sweep.csv</c> or <c>report.csv</c>.</param>
/// <param name="Rows">The table.</param>
/// <param name="Pictures">The pictures in its folder.</param>
/// <param name="Resume">The command that goes on with it; null where there is nothing to go on with.</param>
internal sealed record RunDetail(
    RunEntry Entry, RunProgress? Progress, RunControl Wish, string? WishFault, IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string> Pictures, string? Resume);
