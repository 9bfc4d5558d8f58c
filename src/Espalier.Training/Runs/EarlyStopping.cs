namespace Espalier.Training.Runs;

/// <summary>
/// Remembers the best epoch by fitness and says when waiting longer is pointless. Only a strictly better epoch counts. In sparse training
/// the newest epoch is the best: fitness alone would choose one from before anything had faded.
/// </summary>
/// <param name="patience">Epochs without a gain after which to stop; 0 never stops.</param>
/// <param name="isSparse">Whether the run trains sparsely; it then has no use for patience.</param>
internal sealed class EarlyStopping(int patience, bool isSparse = false)
{
    /// <summary>Epochs without a gain after which to stop; 0 never stops.</summary>
    public int Patience { get; set; } = patience;

    /// <summary>The best fitness so far; −1 before the first epoch, so that an epoch without any detection still counts as one.</summary>
    public double BestFitness { get; private set; } = -1;

    /// <summary>The epoch of <see cref="BestFitness"/>; −1 before the first.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>Takes an epoch's fitness.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Observe(int epoch, double fitness)
    {
        if (!isSparse && !(fitness > BestFitness)) return false;
        BestFitness = fitness;
        BestEpoch = epoch;
        return true;
    }

    /// <summary>Whether the run should stop after this epoch.</summary>
    public bool ShouldStop(int epoch) => Patience > 0 && epoch - BestEpoch >= Patience;
}
