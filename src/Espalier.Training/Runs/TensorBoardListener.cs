using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace Espalier.Training.Runs;

/// <summary>Writes TensorBoard events beside the run's other files: the columns of <c>results.csv</c> as scalars.</summary>
public sealed class TensorBoardListener : ITrainingListener
{
    private SummaryWriter? _writer;

    /// <inheritdoc/>
    public void OnStarted(TrainingStarted started) => _writer = tensorboard.SummaryWriter(started.Folder.Path);

    /// <inheritdoc/>
    public void OnEpoch(EpochCompleted completed)
    {
        if (_writer is null) return;
        foreach (var (name, value) in ResultsCsv.Values(completed.Record)) _writer.add_scalar(name, (float)value, completed.Record.Epoch);
    }
}
