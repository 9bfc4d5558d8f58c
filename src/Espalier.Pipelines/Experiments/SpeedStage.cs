using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Latency;
using Espalier.Training.Diagnosis;
using Espalier.Training.Loops;

namespace Espalier.Pipelines.Experiments;

/// <summary>Times models beside each other on this machine:
/// a picture alone and in batches in ONNX Runtime, and an epoch of training.</summary>
internal sealed class SpeedStage(ExperimentPlan plan, ExperimentFolder folder, IPipelineListener listener,
    CancellationToken cancellationToken)
{
    private const int Batch = 16;

    // A turn of training takes seconds: many models have fewer turns each.
    private const int Turns = 36;

    /// <summary>Measures, if that has not been done yet.</summary>
    public SpeedRecord Measure(IReadOnlyList<ExperimentModel> models)
    {
        var there = StageFile.Read<SpeedRecord>(folder.Speed, [.. models.Select(model => model.Weights)]);
        if (there is not null && there.Models.Select(model => model.Model).SequenceEqual(models.Select(model => model.Name))
            && there.Models.All(model => model.Milliseconds95 > 0)) // Files of earlier versions do not say how far calls lie apart.
            return there;

        Checkpoint[] networks = [.. models.Select(model => Checkpoint.Open(model.Weights))];
        var threads = AvailableProcessors.Current.ThreadsFor(plan.Dense.Threads);
        listener.OnNote(Invariant($"     ONNX Runtime, {threads} threads"));
        var alone = LatencyMeter.Spreads(networks, plan.Dense.Threads, cancellationToken: cancellationToken);
        var batches = LatencyMeter.Measure(networks, plan.Dense.Threads, Batch, cancellationToken);
        listener.OnNote("     Training, batches of each in turn");
        var epochs = TrainingSpeed.SecondsAnEpoch(networks, plan.FineTuning with { Weights = folder.Dense.Best },
            Math.Clamp(Turns / models.Count, 1, plan.TimingRounds),
            progress: (done, total) => listener.OnProgress("timing a training", done, total), cancellationToken: cancellationToken);
        var speed = new SpeedRecord(SystemReport.Processor(), threads,
        [
            .. models.Select((model, i) => new ModelSpeed(
                model.Name, alone[i].Median, alone[i].Percentile95, Batch * 1000 / batches[i], epochs[i],
                FastFile.Of(networks[i]).ToBytes().Length, new FileInfo(model.Weights).Length)),
        ]);
        StageFile.Write(folder.Speed, speed);
        return speed;
    }
}
