using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Reports.Experiments;

/// <summary>
/// What came of an experiment: a dense network, what sparse training and cuts made of it, each model judged and timed; on SVHN held beside
/// the figures of the paper ("YOLO Sparse Training and Model Pruning for Street View House Numbers Recognition").
/// </summary>
internal sealed record ThinningReport
{
    /// <summary>How much mAP50 the chosen model may lose against the dense one.</summary>
    public const double AllowedLoss = 0.01;

    /// <summary>How much longer one of two equal networks may seem to take before times are doubted.</summary>
    private const double AllowedNoise = 1.1;

    /// <summary>How many times the median the 95th percentile of a network's calls may be before times are doubted.</summary>
    private const double AllowedSpread = 10;

    /// <summary>The experiment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The command that makes all of it again.</summary>
    public required string Command { get; init; }

    /// <summary>What was learned from and judged on, in a sentence.</summary>
    public required string Data { get; init; }

    /// <summary>The processor, and how many threads.</summary>
    public required string Machine { get; init; }

    /// <summary>Whether the paper's figures stand beside these: where the data are SVHN.</summary>
    public bool ComparesWithPaper { get; init; }

    /// <summary>The side of the pictures in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>The splits that models were judged on; the first one decides.</summary>
    public required IReadOnlyList<string> Splits { get; init; }

    /// <summary>The dense network, the sparsely trained one where there is one, then every thinned one, the mildest cut first.</summary>
    public required IReadOnlyList<ReportedModel> Models { get; init; }

    /// <summary>What was expected of them, beside what came out.</summary>
    public IReadOnlyList<ExpectedFigure> Expected { get; init; } = [];

    /// <summary>The scales |γ| of the dense network's batch norms.</summary>
    public required IReadOnlyList<float> DenseScales { get; init; }

    /// <summary>The same after sparse training; null where there was none.</summary>
    public IReadOnlyList<float>? SparseScales { get; init; }

    /// <summary>The picture of where scales went, epoch by epoch of the sparse training; null where there is none.</summary>
    public string? ScalesByEpoch { get; init; }

    /// <summary>Every layer's width before and after the chosen cut.</summary>
    public required IReadOnlyList<LayerWidth> Widths { get; init; }

    /// <summary>The baseline.</summary>
    public ReportedModel Dense => Models[0];

    /// <summary>The thinned models.</summary>
    public IEnumerable<ReportedModel> Thinned => Models.Where(model => model.Cut is not null);

    /// <summary>
    /// The thinned model that keeps the fewest operations among those that lose no more than <see cref="AllowedLoss"/>; where all lose
    /// more, the most accurate.
    /// </summary>
    public ReportedModel Chosen => Choose(Models);

    /// <summary>
    /// That times are noise, in a sentence, where two models of the same graph, such as the dense and the sparse one, seem to differ in
    /// speed by more than a tenth, or where one call in twenty takes ten times as long as half of them; null where they agree.
    /// </summary>
    public string? TimingDoubt
    {
        get
        {
            foreach (var equal in Models.GroupBy(model => model.GraphHash))
            {
                var (fast, slow) = (equal.MinBy(model => model.Milliseconds)!, equal.MaxBy(model => model.Milliseconds)!);
                if (slow.Milliseconds > fast.Milliseconds * AllowedNoise)
                    return Doubt(fast, slow, Invariant($"{fast.Milliseconds:0.00} and {slow.Milliseconds:0.00} ms a picture"));
                (fast, slow) = (equal.MinBy(model => model.SecondsAnEpoch)!, equal.MaxBy(model => model.SecondsAnEpoch)!);
                if (slow.SecondsAnEpoch > fast.SecondsAnEpoch * AllowedNoise)
                    return Doubt(fast, slow, Invariant($"{fast.SecondsAnEpoch:0.0} and {slow.SecondsAnEpoch:0.0} s an epoch"));
            }

            return Models.FirstOrDefault(model => model.Milliseconds95 > model.Milliseconds * AllowedSpread) is { } uneven
                ? Busy(Invariant($"half the calls of {uneven.Name} take up to {uneven.Milliseconds:0.00} ms, and one in twenty more than ")
                    + Invariant($"{uneven.Milliseconds95:0.00} ms"))
                : null;

            static string Doubt(ReportedModel fast, ReportedModel slow, string times) =>
                Busy($"{fast.Name} and {slow.Name} are the same graph, and {times} were measured");

            static string Busy(string sign) =>
                $"The machine was busy, so that no time here means anything: {sign}; a quiet one measures anew once speed.json is removed.";
        }
    }

    /// <summary>Chooses as <see cref="Chosen"/> does.</summary>
    /// <param name="models">The dense model first; at least one thinned one.</param>
    public static ReportedModel Choose(IReadOnlyList<ReportedModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var least = models[0].First.MeanAveragePrecision50 - AllowedLoss;
        var thinned = models.Where(model => model.Cut is not null).ToList();
        return thinned.Where(model => model.First.MeanAveragePrecision50 >= least).MinBy(model => model.MultiplyAdds)
            ?? thinned.MaxBy(model => model.First.MeanAveragePrecision50)!;
    }

    /// <summary>Writes <c>report.html</c>, <c>report.md</c>, <c>report.csv</c> and the pictures.</summary>
    /// <param name="folder">Where; the HTML page holds its pictures in itself.</param>
    /// <param name="note">Told of a picture that could not be drawn.</param>
    public void Write(string folder, Action<string> note)
    {
        var pictures = ThinningPictures.Draw(this, Path.Combine(folder, "pictures"), note);
        Core.AtomicFile.WriteAllText(Path.Combine(folder, "report.html"), ThinningPage.Html(this, pictures));
        Core.AtomicFile.WriteAllText(Path.Combine(folder, "report.md"), ThinningText.Markdown(this, pictures));
        Core.AtomicFile.WriteAllText(Path.Combine(folder, "report.csv"), ThinningText.Csv(this));
    }
}

/// <summary>A model of an experiment.</summary>
internal sealed record ReportedModel
{
    /// <summary>Such as <c>dense</c> or <c>taylor-0.40</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The commands that make it, in order.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>The same for models that differ in their weights alone.</summary>
    public required string GraphHash { get; init; }

    /// <summary>Trainable parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds of the convolutions for a picture.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Bytes of the checkpoint.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of the ONNX file.</summary>
    public required long OnnxBytes { get; init; }

    /// <summary>Seconds of a training epoch, without validation, measured beside the other models.</summary>
    public required double SecondsAnEpoch { get; init; }

    /// <summary>Milliseconds of a picture alone in ONNX Runtime, likewise: the median of the calls.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>The 95th percentile of these calls.</summary>
    public required double Milliseconds95 { get; init; }

    /// <summary>Pictures a second in batches in ONNX Runtime, likewise.</summary>
    public required double PicturesPerSecond { get; init; }

    /// <summary>How good it is, split by split.</summary>
    public required IReadOnlyList<ReportedAccuracy> Accuracy { get; init; }

    /// <summary>The epochs of its training.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>How it was cut; null for models that were not.</summary>
    public ReportedCut? Cut { get; init; }

    /// <summary>How good it is on the split that decides.</summary>
    public ReportedAccuracy First => Accuracy[0];
}

/// <summary>How a model was cut.</summary>
/// <param name="Criterion">What channels were ranked by.</param>
/// <param name="Asked">What was to be kept, in words.</param>
/// <param name="Before">Accuracy after the cut and before fine-tuning, on the split that decides.</param>
/// <param name="Steps">mAP50 after each step of the cut.</param>
internal sealed record ReportedCut(string Criterion, string Asked, ReportedAccuracy Before,
    IReadOnlyList<(string Step, double MeanAveragePrecision50)> Steps);
