using System.Globalization;
using Espalier.Core;
using Espalier.Core.LiveRuns;
using Espalier.Datasets.Loading;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Listeners;
using Espalier.Training.Losses;
using Espalier.Training.Native;
using Espalier.Training.Optimization;
using Espalier.Training.Profiling;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Validation;
using TorchSharp;

namespace Espalier.Training.Loops;

/// <summary>All that a run works with: data, learner, folder; made new or brought back from a checkpoint.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly Checkpoint _start;
    private readonly ExecutableNetwork _network;
    private readonly ValidationLoader _validationLoader;
    private readonly KeptNetwork _kept;
    private readonly TrainingOptions _asked;
    private SparsitySteering? _steering;
    private readonly WriterLock? _lock;

    private TrainingSession(RunBeginning beginning, Func<RunFolder> folder, TrainingContext context, WriterLock? held = null)
    {
        (_asked, Data, _start, var state) = beginning;
        Options = state?.Apply(_asked) ?? _asked;
        Changes = state?.Changes ?? [];
        (Group, Timeline) = (context.Group, context.Timeline);
        RunAgreement.Require(Group, Options, Data.Training, _start);
        var optimization = Options.HyperParameters.Optimization;
        var device = Devices.Parse(Options.Device);
        Threads = Devices.SetThreads(state?.Threads ?? ChooseThreads(device, context));
        _network = new ExecutableNetwork(_start.Graph, _start.Weights, device, name => IsFrozen(name, Options.FreezeRows));
        (TrainingLoader, _validationLoader) = Data.Loaders(Options, _start.Stride, new BatchPart(Group.Rank, Group.Size), context.Note);
        var optimizer = Optimizer.Create(optimization, _network, optimization.ScaledWeightDecay(Options.BatchSize));
        var average = new ExponentialMovingAverage(_network);
        if (state is not null) Restore(state, optimizer, average, context.Note);
        if (Group.Size > 1 && device.type != DeviceType.CPU)
            throw new OptionException("Several processes train together on CPUs alone: give --device cpu.");
        Precision = state?.Precision ?? ChoosePrecision(context);
        StartState = state ?? TrainingState.Beginning(Threads, Precision, RunSources.Of(Options));
        Learner = new Learner
        {
            Model = Model(),
            Loss = Loss(ClassWeights()),
            Teacher = Options.Teacher is null ? null : Teacher.Open(Options.Teacher, Options, _start, _network.Device),
            Optimizer = optimizer,
            Schedule = Schedule(),
            Average = average,
            MaximumGradientNorm = optimization.MaximumGradientNorm,
            Sparsity = Options.Sparsity is null ? null : SparsityPenalty.Create(_network, Options.Sparsity),
            Group = Group,
            Timeline = Timeline,
        };
        if (state is null && Learner.Schedule.Caution is { } caution) context.Note(caution);
        _steering = Steering();
        if (Options.Sparsity is { NearZeroShare: null } sparsity && state is null)
        {
            var accumulation = optimization.AccumulationFor(Options.BatchSize);
            var reach = sparsity.Reach(Learner.Schedule, optimization.Momentum, Options.Epochs, TrainingLoader.BatchCount, accumulation);
            context.Note(SparsityReach.Describe(sparsity, reach, Learner.Sparsity!));
        }

        SamplingWeights = Options.BalancedSampling
            ? ImageWeights.Of(Data.Training.Entries, ImageWeights.ClassWeights(Data.Training.Entries, _start.Graph.Classes))
            : null;
        _kept = new KeptNetwork(_start, _asked, _network, average, Loss(null));

        // The folder is made last: where anything before goes wrong, or is interrupted, nothing is left behind.
        context.CancellationToken.ThrowIfCancellationRequested();
        Folder = IsFirst ? folder() : new RunFolder("");
        _lock = held ?? (Folder.Path.Length > 0 ? Folder.Lock() : null);
        Folder = Folder with { Path = RunAgreement.OnText(Group, IsFirst ? Folder.Path : null) };
    }

    /// <summary>What holds now: what was asked, with what was changed since.</summary>
    public TrainingOptions Options { get; private set; }

    /// <summary>What was changed while the run went on.</summary>
    public IReadOnlyList<RunChange> Changes { get; private set; }

    /// <summary>The processes that share the work.</summary>
    public IProcessGroup Group { get; }

    /// <summary>Whether this is the process that validates, writes and speaks.</summary>
    public bool IsFirst => Group.Rank == 0;

    /// <summary>Where the time is measured.</summary>
    public Timeline? Timeline { get; }

    public RunFolder Folder { get; }

    public TrainingData Data { get; }

    /// <summary>What every step works with.</summary>
    public Learner Learner { get; }

    public TrainingLoader TrainingLoader { get; }

    /// <summary>How often each photo is drawn; null where each is seen once an epoch.</summary>
    public IReadOnlyList<double>? SamplingWeights { get; }

    public TrainingState StartState { get; }

    public int Threads { get; }

    /// <summary>In what numbers activations are computed.</summary>
    public Precision Precision { get; }

    /// <summary>What listeners hear first.</summary>
    public TrainingStarted Started => new(
        Options, Folder, _start.Graph.Summarize(Options.ImageSize).Parameters, Data.Training, Data.Validation,
        StartState.Epoch, StartState.History);

    /// <summary>A new run.</summary>
    public static TrainingSession Create(TrainingOptions options, string project, string name, TrainingContext context)
    {
        var beginning = RunBeginning.New(options, context);
        return new TrainingSession(
            beginning, () => RunFolder.CreateNext(project, name).Filled(folder => folder.Write(beginning.Options)), context);
    }

    /// <summary>A run that writes nothing: what a step costs is measured on it.</summary>
    public static TrainingSession ForMeasuring(TrainingOptions options, TrainingData data, Checkpoint start) =>
        new(new RunBeginning(options, data, start, null), () => new RunFolder(""), new TrainingContext());

    /// <summary>The run that wrote a <c>last</c> checkpoint, as it stood.</summary>
    public static TrainingSession Resume(string path, Func<TrainingOptions, TrainingOptions>? change, TrainingContext context)
    {
        var folder = RunFolder.OfCheckpoint(path);

        // Before the checkpoint is read: another process that goes on with the run would write a newer one.
        var held = context.Group.Rank == 0 && File.Exists(path) ? folder.Lock() : null;
        try
        {
            var beginning = RunBeginning.Resume(path, folder, isCutOff: held is { TookOver: true }, change, context);
            var session = new TrainingSession(beginning, () => folder, context, held);
            var (done, batches) = (beginning.State!.BatchesDone, session.TrainingLoader.BatchCount);
            if (done < batches)
            {
                session.ForgetStop();
                return session;
            }

            session.Dispose();
            throw new EspalierException(FormattableString.Invariant(
                $"'{path}' is damaged or of other data: it has done {done} of an epoch's {batches} batches."));
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Takes in what somebody wants of the run, between two epochs. All processes must call it.</summary>
    /// <param name="next">The epoch from which a change holds.</param>
    /// <param name="note">Told of a wish that cannot be read.</param>
    /// <returns>What is wanted.</returns>
    public RunControl Heed(int next, Action<string> note)
    {
        var wish = RunControl.Parse(RunAgreement.OnText(Group, IsFirst ? RunControl.Read(Folder.Path, note).ToText() : null));
        if (RunChange.Of(wish, Options, next) is { } change)
        {
            Changes = [.. Changes, change];
            Options = Options with { Epochs = change.Epochs, Patience = change.Patience };
            Learner.Schedule = Schedule();
            _steering = Steering();
        }

        return wish;
    }

    /// <summary>
    /// Takes a wish to stop back, once it has been fulfilled, or where it was meant for a process that is gone. What else is wanted by then
    /// stays.
    /// </summary>
    public void ForgetStop()
    {
        if (IsFirst && RunControl.Read(Folder.Path, _ => { }) is { Stop: true } wish) (wish with { Stop = false }).Write(Folder.Path);
    }

    /// <summary>Sets what depends on the epochs before.</summary>
    public void BeginEpoch(int epoch, IReadOnlyList<EpochRecord> history)
    {
        _kept.Unsettle();
        if (Learner.Sparsity is { } sparsity) sparsity.Rate = _steering!.RateAt(epoch, history);
    }

    /// <summary>Validates the network that is kept, on the validation pictures.</summary>
    /// <param name="judged">Told of each batch.</param>
    public ValidationOutcome Validate(Action<BatchValidated> judged)
    {
        _kept.Settle(TrainingLoader);
        using var measured = Timeline.Measure("validation");
        return _kept.Validate(_validationLoader, judged);
    }

    /// <summary>An epoch's row.</summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="progress">What came of its batches.</param>
    /// <param name="validation">What came of its validation.</param>
    /// <param name="validating">How long that took.</param>
    public EpochRecord Record(int epoch, EpochProgress progress, ValidationOutcome validation, TimeSpan validating) => _kept.Describe(new()
    {
        Epoch = epoch,
        TrainingLoss = progress.MeanLoss,
        ValidationLoss = validation.Loss ?? default,
        Precision = validation.Report.Precision,
        Recall = validation.Report.Recall,
        MeanAveragePrecision50 = validation.Report.MeanAveragePrecision50,
        MeanAveragePrecision = validation.Report.MeanAveragePrecision50To95,
        LearningRates = progress.LearningRates,
        TrainingSeconds = progress.Seconds,
        ValidationSeconds = validating.TotalSeconds,
        PicturesPerSecond = TrainingLoader.PictureCount / Math.Max(progress.Seconds, 1e-9),
        ResidentBytes = Environment.WorkingSet,
        SparsityRate = Learner.Sparsity?.Rate,
        LiveTensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount,
    });

    /// <summary>Brings the running statistics of all processes to their mean, where each followed its own pictures.</summary>
    public void AverageStatistics()
    {
        if (HasOwnStatistics) ProcessStatistics.Average(Group, _network.Statistics, Learner.Average.Network.Statistics);
    }

    /// <summary>
    /// Writes <c>last</c> for an epoch that ends before its end, with the running statistics of every process, where each follows its own
    /// pictures; they are then brought to their mean. All processes must call it.
    /// </summary>
    public void SaveWithinEpoch(TrainingState state)
    {
        var own = HasOwnStatistics ? ProcessStatistics.Gather(Group, _network.Statistics, Learner.Average.Network.Statistics) : null;
        AverageStatistics();
        if (IsFirst) SaveLast(state, own);
    }

    private bool HasOwnStatistics => Group.Size > 1 && !Options.SynchronizedBatchNorm;

    /// <summary>Writes <c>best</c>.</summary>
    public void SaveBest(IReadOnlyList<EpochRecord> history) =>
        _kept.ToCheckpoint(history).Save(Folder.Best, storage: Options.SparseStorage ? WeightStorage.Sparse : WeightStorage.Dense);

    /// <summary>Writes <c>last</c>.</summary>
    /// <param name="state">The place in the run.</param>
    /// <param name="processes">The statistics of every process, in the middle of an epoch.</param>
    public void SaveLast(TrainingState state, Weights? processes = null)
    {
        // Somebody may have removed the folder: what was learned until now is kept all the same, with what it was learned by.
        if (!File.Exists(Folder.Options)) Folder.Write(_asked);
        TrainingCheckpoint
            .ForResume(_kept.ToCheckpoint(state.History), _network, Learner.Average.Network, Learner.Optimizer, state, processes)
            .Save(Folder.Last);
    }

    public void Dispose()
    {
        Learner.Dispose();
        _kept.Dispose();
        _network.Dispose();
        _lock?.Dispose();
    }

    private void Restore(TrainingState state, Optimizer optimizer, ExponentialMovingAverage average, Action<string> note)
    {
        TrainingCheckpoint.Restore(_start, _network, optimizer);
        average.Restore(TrainingCheckpoint.AverageOf(_start), checked((int)state.AverageUpdates));
        if (ProcessStatistics.CountIn(_start.Training) is not (> 0 and var processes)) return;
        if (HasOwnStatistics && processes == Group.Size)
            ProcessStatistics.Restore(_start.Training, Group, _network.Statistics, average.Network.Statistics);
        else
            note($"The epoch was begun by {processes} processes with running statistics of their own: it goes on with their mean");
    }

    private LearningRateSchedule Schedule() =>
        new(Options.HyperParameters.Optimization, Options.Epochs, TrainingLoader.BatchCount, Options.BatchSize);

    /// <inheritdoc cref="SparsitySteering.Shortfall"/>
    public string? SparsityShortfall(IReadOnlyList<EpochRecord> history) =>
        _steering?.Shortfall(history, Options.HyperParameters.Optimization.Kind);

    private SparsitySteering? Steering()
    {
        if (Options.Sparsity is not { } sparsity) return null;
        var optimization = Options.HyperParameters.Optimization;
        var accumulation = optimization.AccumulationFor(Options.BatchSize);
        return new(sparsity, Learner.Schedule, optimization.Momentum, Options.Epochs, TrainingLoader.BatchCount, accumulation);
    }

    /// <summary>Processes that train together are busy programs to each other: they keep to what was asked for.</summary>
    private int ChooseThreads(torch.Device device, TrainingContext context) => Group.Size > 1 || device.type != DeviceType.CPU
        ? Options.Threads
        : ThreadChoice.Make(Options.Threads, Devices.OwnThreads, context.GrantedTime, context.Note);

    private Precision ChoosePrecision(TrainingContext context) => PrecisionChoice.Make(
        Options, _network, Group, ProcessorFeatures.Current, context.Note,
        () => new PrecisionTrial(_network, Math.Max(Options.BatchSize / Group.Size, 1), Options.ImageSize, context.CancellationToken));

    private Backpropagation Model()
    {
        if (_network.Device.type != DeviceType.CPU) return new Backpropagation(_network, timeline: Timeline);
        var tape = new NetworkTape(_network, Precision, Timeline, Options.SynchronizedBatchNorm ? Group : null);

        // A teacher looks at the same pictures, and sees them as they are.
        return new Backpropagation(_network, tape, Options.Teacher is null ? Precision : Precision.FP32, Group, Timeline);
    }

    private DetectionLoss Loss(IReadOnlyList<float>? classWeights) =>
        new(_start.Graph.Detect, Options.HyperParameters.Loss, Options.ImageSize, classWeights);

    /// <summary>Weights that are larger for rarer classes and 1 on average; null where all weigh the same.</summary>
    private float[]? ClassWeights() => Options.ClassWeights
        ? [.. ImageWeights.ClassWeights(Data.Training.Entries, _start.Graph.Classes).Select(weight => (float)weight)]
        : null;

    private static bool IsFrozen(string name, int rows)
    {
        var parts = name.Split('.', 3);
        return rows > 0 && parts.Length > 1 && parts[0] == "model"
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row < rows;
    }
}
