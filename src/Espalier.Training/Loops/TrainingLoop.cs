using System.Diagnostics;
using Espalier.Core.LiveRuns;
using Espalier.Datasets;
using Espalier.Training.Listeners;
using Espalier.Training.Losses;
using Espalier.Training.Optimization;
using Espalier.Training.Profiling;
using Espalier.Training.Runs;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>
/// A run on one page: epochs of steps, each from the learning rate to the moving average, and at an epoch's end validation and a
/// checkpoint.
/// </summary>
internal sealed class TrainingLoop(TrainingSession session, IReadOnlyList<ITrainingListener> listeners)
{
    private readonly List<EpochRecord> _history = [];
    private readonly EarlyStopping _stopping = new(session.Options.Patience, session.Options.Sparsity is not null);

    /// <inheritdoc cref="Trainer.Run"/>
    public TrainingOutcome Run(CancellationToken interrupted)
    {
        var state = session.StartState;
        foreach (var record in state.History) Remember(record);
        Tell(listener => listener.OnStarted(session.Started));
        var end = state.IsFinished && state.Epoch < session.Options.Epochs ? TrainingEnd.EarlyStopped : TrainingEnd.Completed;
        for (var epoch = state.Epoch; epoch < session.Options.Epochs && end == TrainingEnd.Completed; epoch++)
        {
            var progress = EpochProgress.From(epoch == state.Epoch ? state : null);
            if (TrainEpoch(epoch, progress, interrupted))
            {
                var wish = Heed(epoch + 1);
                FinishEpoch(epoch, progress);
                if (epoch < session.Options.Epochs - 1)
                {
                    if (_stopping.ShouldStop(epoch)) end = TrainingEnd.EarlyStopped;
                    else if (AnyWantsToStop(interrupted) || wish.Stop) end = TrainingEnd.Interrupted;
                }

                // Only what was heeded: a wish of meanwhile is for the next epoch's end.
                if (wish.Stop) session.ForgetStop();
            }
            else
            {
                session.SaveWithinEpoch(progress.ToState(epoch, session, _history));
                end = TrainingEnd.Interrupted;
            }
        }

        var outcome = new TrainingOutcome(session.Folder, end, _stopping.BestEpoch, _history)
        {
            SparsityShortfall = end == TrainingEnd.Interrupted ? null : session.SparsityShortfall(_history),
        };
        if (Native.LibTorchLoader.TunesProcess) Native.NativeTuning.GiveBack();
        Tell(listener => listener.OnFinished(outcome));
        return outcome;
    }

    /// <summary>One epoch's batches; false where it was interrupted before its end.</summary>
    private bool TrainEpoch(int epoch, EpochProgress progress, CancellationToken interrupted)
    {
        session.BeginEpoch(epoch, _history);
        var (loader, total) = (session.TrainingLoader, session.TrainingLoader.BatchCount);
        var (clock, before) = (Stopwatch.StartNew(), progress.Seconds);
        using var batches = loader.Epoch(epoch, progress.BatchesDone, session.SamplingWeights, CancellationToken.None).GetEnumerator();
        while (Next(batches) is { } batch)
        {
            var isLast = progress.BatchesDone == total - 1;
            var iteration = (long)epoch * total + progress.BatchesDone;
            var step = Step(session.Learner, batch, epoch, iteration, isLast, interrupted.IsCancellationRequested);
            if (!step.IsFinite) throw step.ToException(session, epoch, progress.BatchesDone, batch);
            progress.Add(step);
            progress.Seconds = before + clock.Elapsed.TotalSeconds;
            var trained = new BatchTrained(epoch, progress.BatchesDone, total, batch, progress.MeanLoss);
            using (session.Timeline.Measure("listeners")) Tell(listener => listener.OnBatch(trained));

            // Several processes must stop after the same step: what counts is what they told each other in it.
            var stop = step.WantsToStop || (session.Group.Size == 1 && interrupted.IsCancellationRequested);
            if (step.Stepped && !isLast && stop) return false;
        }

        return true;
    }

    /// <summary>Learns from one batch; once enough batches have been added up, the weights follow.</summary>
    /// <param name="learner">What learns, and how.</param>
    /// <param name="batch">The pictures and their targets.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="iteration">Batches since the run's beginning.</param>
    /// <param name="isLast">Whether it is the epoch's last.</param>
    /// <param name="wantsToStop">Whether the user interrupted this process.</param>
    internal static StepOutcome Step(Learner learner, Batch batch, int epoch, long iteration, bool isLast, bool wantsToStop = false)
    {
        using var scope = NewDisposeScope();
        var rates = learner.Schedule.At(epoch, iteration);
        var images = learner.Model.Upload(batch);                        // B, 3, H, W
        var heads = learner.Model.Forward(images);                       // per level: B, anchors, H / stride, W / stride, 5 + classes
        var loss = Loss(learner, images, heads, batch);
        var (values, stop) = RunAgreement.OnStep(learner.Group, LossValues.Of(loss), wantsToStop);
        var outcome = new StepOutcome(values, rates, stop);
        if (!values.IsFinite) return outcome;

        // An epoch's last gradients are applied however few were added up: its end is then a complete state.
        var isWhole = ++learner.Accumulated >= rates.Accumulation || isLast;
        learner.Model.Backward(loss.Total, isWhole);
        if (!isWhole) return outcome;
        learner.Accumulated = 0;
        using (learner.Timeline.Measure("clipping"))
        {
            var norm = GradientClipping.Clip(learner.Model.Network, learner.MaximumGradientNorm);
            if (!double.IsFinite(norm)) return outcome with { HasFiniteGradients = false };
        }

        using (learner.Timeline.Measure("optimizer"))
        {
            learner.Sparsity?.AddToGradients();
            learner.Optimizer.Step(rates);
            learner.Sparsity?.Shrink(rates.For(learner.Sparsity.Kind));
        }

        using (learner.Timeline.Measure("moving average")) learner.Average.Update(learner.Model.Network);
        return outcome with { Stepped = true };
    }

    private static LossResult Loss(Learner learner, Tensor images, IReadOnlyList<Tensor> heads, Batch batch)
    {
        LossResult loss;
        using (learner.Timeline.Measure("loss"))
            loss = learner.Loss.Compute(heads, batch.Targets, learner.Group, batch.Share, batch.WholeCount);
        if (learner.Teacher is null) return loss;
        using var measured = learner.Timeline.Measure("teacher");
        return learner.Teacher.AddTo(loss, images, heads, batch, learner.Group);
    }

    // Before the epoch's checkpoint, so that this holds what was changed.
    private RunControl Heed(int next)
    {
        var before = session.Changes.Count;
        var wish = session.Heed(next, note => Tell(listener => listener.OnNote(note)));
        if (session.Changes.Count == before) return wish;
        _stopping.Patience = session.Options.Patience;
        Tell(listener => listener.OnChanged(session.Options));
        return wish;
    }

    private void FinishEpoch(int epoch, EpochProgress progress)
    {
        session.AverageStatistics();
        if (session.IsFirst) ValidateAndSave(epoch, progress);
        if (session.Group.Size == 1) return;

        // Everybody goes on from the same record: whether it was the last is decided alike.
        var record = RunAgreement.OnRecord(session.Group, session.IsFirst ? _history[^1] : null);
        if (!session.IsFirst) Remember(record);
    }

    private void ValidateAndSave(int epoch, EpochProgress progress)
    {
        var clock = Stopwatch.StartNew();
        var validation = session.Validate(judged => Tell(listener => listener.OnValidationBatch(judged)));
        var record = session.Record(epoch, progress, validation, clock.Elapsed);
        var isBest = Remember(record);
        using (session.Timeline.Measure("checkpoints"))
        {
            if (isBest) session.SaveBest(_history);
            var next = EpochProgress.From(null).ToState(epoch + 1, session, _history);
            session.SaveLast(next with { IsFinished = _stopping.ShouldStop(epoch) });
        }

        var completed = new EpochCompleted(record, validation, isBest, [.. _history]);
        using (session.Timeline.Measure("listeners, epoch")) Tell(listener => listener.OnEpoch(completed));
    }

    private Batch? Next(IEnumerator<Batch> batches)
    {
        using var measured = session.Timeline.Measure("waiting for pictures");
        return batches.MoveNext() ? batches.Current : null;
    }

    private bool AnyWantsToStop(CancellationToken interrupted) =>
        RunAgreement.OnStep(session.Group, default, interrupted.IsCancellationRequested).WantsToStop;

    private bool Remember(EpochRecord record)
    {
        _history.Add(record);
        return _stopping.Observe(record.Epoch, record.Fitness);
    }

    private void Tell(Action<ITrainingListener> say)
    {
        foreach (var listener in listeners) say(listener);
    }
}
