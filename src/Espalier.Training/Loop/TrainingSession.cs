using System.Globalization;
using System.Text;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Native;
using Espalier.Training.Optimisation;
using Espalier.Training.Prediction;
using Espalier.Training.Profiling;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Validation;
using TorchSharp;

namespace Espalier.Training.Loop;

/// <summary>All that a run works with: data, network, optimizer, folder; made new or brought back from a checkpoint.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const int SettlingPictures = 256;

    private readonly Checkpoint _start;
    private readonly Optimiser _optimiser;
    private readonly ValidationLoader _validationLoader;
    private readonly TorchNetwork _judged;
    private readonly Validator _validator;
    private readonly NetworkTape? _tape;
    private readonly Teacher? _teacher;
    private readonly SparsityPenalty? _sparsity;
    private readonly SparsitySteering? _steering;
    private Weights? _settled;

    private TrainingSession(TrainingOptions options, Func<RunFolder> folder, TrainingData data, Checkpoint start, TrainingState? state, IProcessGroup group, Timeline? timeline, Action<string> note)
    {
        (Options, Data, _start, Group) = (options, data, start, group);
        RunAgreement.Require(group, options, data.Training, start);
        Threads = Devices.SetThreads(state?.Threads ?? options.Threads);
        var parameters = options.HyperParameters;
        Network = new ExecutableNetwork(start.Graph, start.Weights, Devices.Parse(options.Device), name => IsFrozen(name, options.FreezeRows));
        (TrainingLoader, _validationLoader) = data.Loaders(options, start.Stride, new BatchPart(group.Rank, group.Size), note);
        _optimiser = Optimiser.Create(parameters.Optimisation, Network, parameters.Optimisation.ScaledWeightDecay(options.BatchSize));
        Average = new ExponentialMovingAverage(Network);
        if (state is not null) Restore(state, note);
        if (group.Size > 1 && Network.Device.type != DeviceType.CPU) throw new OptionException("Several processes train together on CPUs alone: give --device cpu.");
        Precision = state?.Precision ?? PrecisionChoice.Make(options, Network, group, ProcessorFeatures.Current, note);
        StartState = state ?? TrainingState.Beginning(Threads, Precision, RunSources.Of(options));

        _tape = Network.Device.type == DeviceType.CPU ? new NetworkTape(Network, Precision, timeline, options.SynchronisedBatchNorm ? group : null) : null;
        _teacher = options.Teacher is null ? null : Teacher.Open(options.Teacher, start, Network.Device);
        var schedule = new LearningRateSchedule(parameters.Optimisation, options.Epochs, TrainingLoader.BatchCount, options.BatchSize);
        if (options.Sparsity is not null)
        {
            _sparsity = SparsityPenalty.Create(Network, options.Sparsity);
            _steering = new SparsitySteering(options.Sparsity, schedule, parameters.Optimisation.Momentum, options.Epochs, TrainingLoader.BatchCount, parameters.Optimisation.AccumulationFor(options.BatchSize));
        }

        Step = new TrainingStep(Network, Loss(ClassWeights()), _optimiser, Average, schedule, parameters.Optimisation.MaximumGradientNorm, _sparsity, _tape, group, timeline, Distillation());
        if (options.Sparsity is { NearZeroShare: null } && state is null) NoteReach(options.Sparsity, schedule, note);
        SamplingWeights = options.BalancedSampling
            ? ImageWeights.Of(data.Training.Entries, ImageWeights.ClassWeights(data.Training.Entries, start.Graph.Classes))
            : null;

        _judged = new TorchNetwork(start, Network.Device, Loss(null));
        _validator = new Validator(_judged);
        Folder = group.Rank == 0 ? folder() : new RunFolder("");
        Folder = Folder with { Path = Encoding.UTF8.GetString(group.Broadcast(Encoding.UTF8.GetBytes(Folder.Path))) };
    }

    public TrainingOptions Options { get; }

    /// <summary>The processes that share the work.</summary>
    public IProcessGroup Group { get; }

    public RunFolder Folder { get; }

    public TrainingData Data { get; }

    public ExecutableNetwork Network { get; }

    public ExponentialMovingAverage Average { get; }

    public TrainingLoader TrainingLoader { get; }

    /// <summary>How often each photo is drawn; null where each is seen once an epoch.</summary>
    public IReadOnlyList<double>? SamplingWeights { get; }

    public TrainingStep Step { get; }

    public TrainingState StartState { get; }

    public int Threads { get; }

    /// <summary>In what numbers activations are computed.</summary>
    public Precision Precision { get; }

    /// <summary>Trainable numbers of the network.</summary>
    public long ParameterCount => _start.Graph.Summarise(Options.ImageSize).Parameters;

    /// <summary>A new run. The folder is made last: where anything before it goes wrong, nothing is left behind.</summary>
    public static TrainingSession Create(TrainingOptions options, string project, string name, IProcessGroup group, Timeline? timeline, Action<string> note)
    {
        var origin = StartingNetwork.Open(options);
        var data = origin.InOwnOrder(TrainingData.Scan(options, note), options, note);
        var start = origin.Create(options, data, note);
        var absolute = options.WithFullPaths();
        return new TrainingSession(absolute, () => NewFolder(absolute, project, name), data, start, null, group, timeline, note);
    }

    /// <summary>A run that writes nothing: what a step costs is measured on it.</summary>
    public static TrainingSession ForMeasuring(TrainingOptions options, TrainingData data, Checkpoint start) =>
        new(options, () => new RunFolder(""), data, start, null, SingleProcess.Instance, null, _ => { });

    /// <summary>The run that wrote a <c>last</c> checkpoint, as it stood.</summary>
    public static TrainingSession Resume(string path, Func<TrainingOptions, TrainingOptions>? change, IProcessGroup group, Timeline? timeline, Action<string> note)
    {
        var checkpoint = Checkpoint.Open(path);
        var (options, state) = TrainingCheckpoint.ReadState(checkpoint, path);
        var changed = (change?.Invoke(options) ?? options).WithFullPaths();
        if (TrainingOptions.Table.Differences(changed with { Data = options.Data }, options).FirstOrDefault() is { } difference)
            throw new OptionException($"A run that goes on keeps its options ({difference}).");
        options = changed;
        if (state.Epoch >= options.Epochs || state.IsFinished)
        {
            throw new EspalierException(string.Create(CultureInfo.InvariantCulture, $"The run of '{path}' is finished: {state.History.Count} epochs are done; start a new one with --weights {path}."));
        }

        var data = TrainingData.Scan(options, note);
        if (data.Training.ClassNames.Count != checkpoint.Graph.Classes) throw new EspalierException($"'{options.Data}' now has {data.Training.ClassNames.Count} classes, the run of '{path}' has {checkpoint.Graph.Classes}.");
        data = data.InOrderOf(checkpoint.ClassNames, path, options.Data, note);
        return new TrainingSession(options, () => RunFolder.OfCheckpoint(path), data, checkpoint, state, group, timeline, note);
    }

    /// <summary>
    /// Takes the kept weights' running statistics anew from some training pictures, where scales are penalised: these statistics follow the weights over dozens of
    /// steps, and scales that fade leave them behind. Holds until the next epoch begins.
    /// </summary>
    public void SettleStatistics()
    {
        if (Options.Sparsity is not { On: SparsePart.BatchNormScales }) return;
        // Whole batches, for this process alone does it: its own part of each would be fewer pictures the more processes there are.
        var batches = TrainingLoader.Whole.Epoch(0).Take((SettlingPictures + Options.BatchSize - 1) / Options.BatchSize);
        _settled = BatchNormCalibration.Run(_start with { Weights = AverageForUse() }, batches, Network.Device).Weights;
    }

    /// <summary>Judges the moving average on the validation pictures, batch norms folded.</summary>
    public ValidationOutcome ValidateAverage(Action<BatchValidated> judged)
    {
        _judged.Load(_start.Graph, AverageForUse());
        var outcome = _validator.Run(_validationLoader, _start.Graph.Classes, judged);
        return outcome with { Loss = _judged.MeanLoss };
    }

    /// <summary>λ of the present epoch; null where sparse training is off.</summary>
    public double? SparsityRate => _sparsity?.Rate;

    /// <summary>Sets what depends on the epochs before.</summary>
    public void BeginEpoch(int epoch, IReadOnlyList<EpochRecord> history)
    {
        _settled = null;
        if (_sparsity is not null) _sparsity.Rate = _steering!.RateAt(epoch, history);
    }

    /// <summary>How the scales of the kept weights are distributed; null where they are not penalised.</summary>
    public ScaleQuantiles? Scales() => Options.Sparsity is { On: SparsePart.BatchNormScales } sparsity ? ScaleQuantiles.Of(_start.Graph, AverageForUse(), sparsity.NearZeroShare) : null;

    /// <summary>These scales by their size; null where they are not penalised.</summary>
    public ScaleHistogram? ScaleHistogram() => Options.Sparsity is { On: SparsePart.BatchNormScales } ? Sparsity.ScaleHistogram.Of(_start.Graph, AverageForUse()) : null;

    /// <summary>How much of the kernels of the kept weights is zero; null where they are not penalised.</summary>
    public KernelZeros? Kernels() => Options.Sparsity is { On: SparsePart.Kernels } ? KernelZeros.Of(_start.Graph, AverageForUse()) : null;

    /// <summary>Brings the running statistics of all processes to their mean, where each followed its own pictures.</summary>
    public void AverageStatistics()
    {
        if (HasOwnStatistics) ProcessStatistics.Average(Group, Network.Statistics, Average.Network.Statistics);
    }

    /// <summary>
    /// Takes down the running statistics of every process, where each follows its own pictures, and brings them to their mean: for an epoch that ends
    /// before its end. All processes must call it; what it gives is what <see cref="SaveLast"/> keeps of them.
    /// </summary>
    public Weights? TakeDownStatistics()
    {
        if (!HasOwnStatistics) return null;
        var own = ProcessStatistics.Gather(Group, Network.Statistics, Average.Network.Statistics);
        AverageStatistics();
        return own;
    }

    private bool HasOwnStatistics => Group.Size > 1 && !Options.SynchronisedBatchNorm;

    public void SaveBest(IReadOnlyList<EpochRecord> history) => ForUse(history).Save(Folder.Best, storage: Options.SparseStorage ? WeightStorage.Sparse : WeightStorage.Dense);

    /// <summary>Writes <c>last</c>.</summary>
    /// <param name="state">The place in the run.</param>
    /// <param name="processes">What <see cref="TakeDownStatistics"/> gave, in the middle of an epoch.</param>
    public void SaveLast(TrainingState state, Weights? processes = null) =>
        TrainingCheckpoint.ForResume(ForUse(state.History), Network, Average.Network, _optimiser, state, processes).Save(Folder.Last);

    public void Dispose()
    {
        Step.Dispose();
        _sparsity?.Dispose();
        _judged.Dispose();
        Average.Dispose();
        _optimiser.Dispose();
        _teacher?.Dispose();
        _tape?.Dispose();
        Network.Dispose();
    }

    private static RunFolder NewFolder(TrainingOptions options, string project, string name)
    {
        var folder = RunFolder.CreateNext(project, name);
        try
        {
            AtomicFile.WriteAllText(folder.File("options.yaml"), TrainingOptions.Table.ToYaml(options));
            AtomicFile.WriteAllText(folder.File("hyp.yaml"), HyperParameterFile.Format(options.HyperParameters));
            return folder;
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }

    private Checkpoint ForUse(IReadOnlyList<EpochRecord> history) => TrainingCheckpoint.ForUse(_start, AverageForUse(), Options, history);

    /// <summary>The moving average; penalised parameters that are exactly zero in the live network are so in it too, where it would take thousands of steps to forget them.</summary>
    private Weights AverageForUse()
    {
        if (_settled is not null) return _settled;
        var average = Average.Network.ToWeights();
        if (Options.Sparsity is null) return average;
        var live = Network.ToWeights();
        foreach (var name in Options.Sparsity.Penalised(_start.Graph))
        {
            var (kept, present) = (average[name].Values, live[name].Values);
            for (var index = 0; index < kept.Length; index++)
            {
                if (present[index] == 0) kept[index] = 0;
            }
        }

        return average;
    }

    private void NoteReach(SparsityOptions sparsity, LearningRateSchedule schedule, Action<string> note)
    {
        var optimisation = Options.HyperParameters.Optimisation;
        var reach = sparsity.Reach(schedule, optimisation.Momentum, Options.Epochs, TrainingLoader.BatchCount, optimisation.AccumulationFor(Options.BatchSize));
        if (sparsity.On == SparsePart.BatchNormScales)
        {
            var advice = reach < 1 ? $"; by itself nothing reaches zero, which takes {WhatReaches(1)}" : "";
            note(string.Create(CultureInfo.InvariantCulture, $"Sparsity {sparsity.Rate}: a scale can fall by at most {reach:0.###} over the run{advice}"));
            return;
        }

        // Kernels start anywhere: what a fall means, only their present size tells.
        var size = _sparsity!.MeanSize();
        var (what, measure) = sparsity.KernelPenalty == KernelPenaltyKind.L1 ? ("a weight", "|w|") : ("the norm of a channel's kernel", "norm");
        var comparison = size > 0 ? string.Create(CultureInfo.InvariantCulture, $", {reach / size:0.##} times the present mean {measure} of {size:0.####}") : "";
        var tooShort = reach < size ? $"; the mean one does not reach zero by itself, which takes {WhatReaches(size)}" : "";
        note(string.Create(CultureInfo.InvariantCulture, $"Sparsity {sparsity.Rate} on kernels: {what} can fall by at most {reach:0.####} over the run{comparison}{tooShort}"));

        // No rate is above 1.
        string WhatReaches(double distance) => sparsity.Rate * distance / reach is var rate and <= 1
            ? $"a rate of {rate.ToString("0.0e0", CultureInfo.InvariantCulture)}"
            : "more steps or a higher learning rate, whatever the sparsity rate";
    }

    private void Restore(TrainingState state, Action<string> note)
    {
        TrainingCheckpoint.Restore(_start, Network, _optimiser);
        Average.Restore(TrainingCheckpoint.AverageOf(_start), checked((int)state.AverageUpdates));
        if (ProcessStatistics.CountIn(_start.Training) is not (> 0 and var processes)) return;
        if (HasOwnStatistics && processes == Group.Size)
            ProcessStatistics.Restore(_start.Training, Group, Network.Statistics, Average.Network.Statistics);
        else
            note($"The epoch was begun by {processes} processes with running statistics of their own: it goes on with their mean");
    }

    private DetectionLoss Loss(IReadOnlyList<float>? classWeights) => new(_start.Graph.Detect, Options.HyperParameters.Loss, Options.ImageSize, classWeights);

    private (Teacher Teacher, DistillationLoss Loss)? Distillation() => _teacher is null
        ? null
        : (_teacher, new DistillationLoss(_start.Graph.Detect, Options.HyperParameters.Loss, Options.ImageSize, Options.TeacherWeight));

    /// <summary>Weights that are larger for rarer classes and 1 on average; null where all weigh the same.</summary>
    private float[]? ClassWeights() =>
        Options.ClassWeights ? [.. ImageWeights.ClassWeights(Data.Training.Entries, _start.Graph.Classes).Select(weight => (float)weight)] : null;

    private static bool IsFrozen(string name, int rows)
    {
        var parts = name.Split('.', 3);
        return rows > 0 && parts.Length > 1 && parts[0] == "model" && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row < rows;
    }
}
