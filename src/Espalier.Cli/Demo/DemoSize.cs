using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Loops;

namespace Espalier.Cli.Demo;

/// <summary>How much a demo trains: what the machine can do in the minutes that are promised.</summary>
/// <param name="Pictures">Pictures to learn from.</param>
/// <param name="DenseEpochs">Epochs of the dense network.</param>
/// <param name="SparseEpochs">Epochs with the penalty.</param>
/// <param name="TuningEpochs">Epochs after the cut.</param>
internal sealed record DemoSize(int Pictures, int DenseEpochs, int SparseEpochs, int TuningEpochs)
{
    /// <summary>Minutes within which the demo ends.</summary>
    public const int PromisedMinutes = 10;

    // The rest of the promise is for drawing, judging, timing, and for what else the machine has to do.
    private const double TrainingSeconds = 450;

    // Beside its passes an epoch takes the making of pictures, the loss, the optimizer, the judging; a teacher looks at what is tuned.
    private const double CostOfEpochs = 1.2;

    /// <summary>What there is to choose from, the most first.</summary>
    public static IReadOnlyList<DemoSize> All { get; } = [new(1500, 14, 4, 6), new(1500, 10, 3, 5)];

    /// <summary>Pictures that pass through training altogether.</summary>
    public int Passes => Pictures * (DenseEpochs + SparseEpochs + TuningEpochs);

    /// <summary>The largest that fits, or the smallest.</summary>
    /// <param name="picturesPerSecond">How many pictures pass forwards and backwards here.</param>
    public static DemoSize For(double picturesPerSecond) =>
        All.FirstOrDefault(size => size.Seconds(picturesPerSecond) <= TrainingSeconds) ?? All[^1];

    /// <summary>Measures for a second or two.</summary>
    public static double Measure(int threads) =>
        TrainingSpeed.PicturesPerSecond(GraphBuilder.Expand(Architecture.Load(DemoRecipe.Model)), DemoRecipe.BatchSize,
            DemoRecipe.ImageSize, threads);

    /// <summary>About how long training takes.</summary>
    public double Seconds(double picturesPerSecond) => Passes * CostOfEpochs / picturesPerSecond;

    /// <summary>What was chosen, and why, for whoever waits for it.</summary>
    public string ToText(double picturesPerSecond) =>
        Invariant($"This machine learns from {picturesPerSecond:0} pictures a second at most: {Pictures:N0} pictures of ")
        + Invariant($"{DemoRecipe.ImageSize} pixels, {DenseEpochs} + {SparseEpochs} + {TuningEpochs} epochs, about ")
        + $"{PlainText.Counted((int)Math.Ceiling(Seconds(picturesPerSecond) / 60), "minute")} of training";
}
