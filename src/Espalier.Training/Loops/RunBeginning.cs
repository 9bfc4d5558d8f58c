using Espalier.Networks;
using Espalier.Training.Runs;

namespace Espalier.Training.Loops;

/// <summary>What a run begins with, or goes on with.</summary>
/// <param name="Options">What it was asked to do; paths in full.</param>
/// <param name="Data">The pictures, classes counted as the network counts them.</param>
/// <param name="Start">The network; where a run goes on, the checkpoint that holds its place.</param>
/// <param name="State">The place in a run that goes on; null for a new one.</param>
internal sealed record RunBeginning(TrainingOptions Options, TrainingData Data, Checkpoint Start, TrainingState? State);
