using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Execution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Optimization;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

/// <summary>A folder with generated pictures and a network of a hundred thousand parameters, on which the real trainer takes
/// seconds.</summary>
internal sealed class SmallRun : IDisposable
{
    private const string Architecture = """
        nc: 2
        depth_multiple: 1
        width_multiple: 1
        anchors:
          - [10,13, 16,30, 33,23]
          - [30,61, 62,45, 59,119]
          - [116,90, 156,198, 373,326]
        backbone:
          - [-1, 1, Conv, [8, 6, 2, 2]]
          - [-1, 1, Conv, [16, 3, 2]]
          - [-1, 1, C3, [16]]
          - [-1, 1, Conv, [32, 3, 2]]
          - [-1, 1, C3, [32]]
          - [-1, 1, Conv, [48, 3, 2]]
          - [-1, 1, C3, [48]]
          - [-1, 1, Conv, [64, 3, 2]]
          - [-1, 1, SPPF, [64, 5]]
        head:
          - [[4, 6, 8], 1, Detect, [nc, anchors]]
        """;

    private readonly TemporaryFolder _folder = new();

    public SmallRun(int training = 12, int validation = 4, int classes = 2)
    {
        Data = GeneratedPhotos.Write(_folder.File("data"), training, validation, classes);
        Model = _folder.File("small.yaml");
        File.WriteAllText(Model, Architecture);
    }

    /// <summary>The <c>data.yaml</c>.</summary>
    public string Data { get; }

    /// <summary>The architecture's file.</summary>
    public string Model { get; }

    /// <summary>The folder of runs.</summary>
    public string Project => _folder.File("runs");

    /// <summary>Three batches an epoch, a step each, on one thread.</summary>
    public TrainingOptions Options => new()
    {
        Data = Data,
        Model = Model,
        ImageSize = 64,
        BatchSize = 4,
        Epochs = 3,
        Workers = 0,
        Threads = 1,
        Device = "cpu",
        AutoAnchor = false,
        Precision = Precision.FP32,
        HyperParameters = new HyperParameters { Optimization = new OptimizationOptions { NominalBatchSize = 4 } },
    };

    /// <summary>A file or folder beside data and runs.</summary>
    public string PathOf(string name) => _folder.File(name);

    /// <summary>Prepares a run.</summary>
    public Trainer Start(TrainingOptions options, params ITrainingListener[] listeners) =>
        Trainer.Start(options, Project, "train", listeners, TestContext.Current.CancellationToken);

    /// <summary>Starts a run and carries it through.</summary>
    public TrainingOutcome Train(TrainingOptions options, params ITrainingListener[] listeners) =>
        Start(options, listeners).Run(TestContext.Current.CancellationToken);

    /// <summary>Goes on with a run and carries it through.</summary>
    public static TrainingOutcome Resume(RunFolder folder, params ITrainingListener[] listeners) =>
        Trainer.Resume(folder.Last, listeners, cancellationToken: TestContext.Current.CancellationToken)
            .Run(TestContext.Current.CancellationToken);

    /// <summary>What a file holds.</summary>
    public static Checkpoint Read(string path) => Checkpoint.Load(path);

    public void Dispose() => _folder.Dispose();
}
