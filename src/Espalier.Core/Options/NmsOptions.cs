namespace Espalier.Core.Options;

/// <summary>How non-maximum suppression chooses among a network's predictions.</summary>
public sealed record NmsOptions
{
    /// <summary>The largest <see cref="MaximumDetections"/> and <see cref="MaximumCandidates"/>.</summary>
    public const int MaximumLimit = 1_000_000;

    /// <summary>As for prediction: confidence .25, IoU .45, best class only.</summary>
    public static NmsOptions ForPrediction { get; } = new();

    /// <summary>As for validation: confidence .001, IoU .6, every class above the threshold.</summary>
    public static NmsOptions ForValidation { get; } = new() { Confidence = 0.001f, IoU = 0.6f, MultiLabel = true };

    /// <summary>Objectness, and then objectness × class probability, must exceed this; 0…1.</summary>
    /// <value>0.25.</value>
    [Option("--conf", "Lowest confidence to keep", 0, 1, Called = "The confidence threshold")]
    public float Confidence { get; init; } = 0.25f;

    /// <summary>A box that overlaps a better one by more than this is dropped; 0…1.</summary>
    /// <value>0.45.</value>
    [Option("--iou", "Overlap above which the weaker box goes", 0, 1, Called = "The IoU threshold")]
    public float IoU { get; init; } = 0.45f;

    /// <summary>Whether boxes of different classes suppress each other.</summary>
    /// <value>False.</value>
    [Option("--agnostic", "Let boxes of different classes suppress each other")]
    public bool Agnostic { get; init; }

    /// <summary>Whether a prediction gives a detection for every class above the threshold, not for its best class alone.</summary>
    /// <value>False.</value>
    public bool MultiLabel { get; init; }

    /// <summary>How many of the most confident candidates are looked at; 1…<see cref="MaximumLimit"/>.</summary>
    /// <value>30,000.</value>
    public int MaximumCandidates { get; init; } = 30_000;

    /// <summary>How many detections are kept; 1…<see cref="MaximumLimit"/>.</summary>
    /// <value>300.</value>
    [Option("--max-detections", "Most objects a picture", 1, MaximumLimit, Called = "The number of detections")]
    public int MaximumDetections { get; init; } = 300;

    /// <summary>The classes to report; null for all.</summary>
    /// <remarks>Without <see cref="MultiLabel"/> a prediction whose best class is not among these is dropped;
    /// its second-best is not taken.</remarks>
    public IReadOnlyList<int>? Classes { get; init; }

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Confidence, 0, 1, "The confidence threshold");
        OptionException.ThrowIfOutside(IoU, 0, 1, "The IoU threshold");
        OptionException.ThrowIfOutside(MaximumCandidates, 1, MaximumLimit, "The number of candidates");
        OptionException.ThrowIfOutside(MaximumDetections, 1, MaximumLimit, "The number of detections");
        foreach (var index in Classes ?? []) OptionException.ThrowIfOutside(index, 0, int.MaxValue, "A class");
    }
}
