using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Models;

namespace Espalier.Pipelines.Exports;

/// <summary>What each call of an emitted file may choose for itself.</summary>
public enum FreeSizes
{
    /// <summary>How many pictures it brings.</summary>
    Batch,

    /// <summary>Their size.</summary>
    Size,

    /// <summary>Both.</summary>
    All,
}

/// <summary>What an emitted ONNX file takes and gives.</summary>
public sealed record ExportOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<ExportOptions> Table { get; } = new();

    /// <summary>The pictures' side in pixels, or their height and width; empty for the size the network was trained at.</summary>
    [FileSizeOption]
    public ValueList<int> ImageSize { get; init; }

    /// <summary>Pictures a call.</summary>
    /// <value>Default 1, unless that is free; 1…1024.</value>
    [BatchOption("Pictures a call; default 1")]
    public int? Batch { get; init; }

    /// <summary>What each call may choose for itself; nothing if null.</summary>
    [Option("--dynamic", "What each call may choose for itself; all without a word", Implied = "all")]
    public FreeSizes? Free { get; init; }

    /// <summary>Whether weights are stored as float16.</summary>
    [Option("--half", "Store weights as float16: half the file, the same speed")]
    public bool Half { get; init; }

    /// <summary>What widths are filled up to multiples of; null for what pays on this machine
    /// (<see cref="Networks.ChannelBlock.ForBatch"/>).</summary>
    [Option("--channel-block", "Fill widths up to multiples of this with zeros, which costs bytes and saves time; "
        + "default with one picture a call what this processor computes at once, 16 with AVX-512 and 8 without, otherwise 1, "
        + "which leaves them as they are", 1, OnnxOptions.MaximumBlock)]
    public int? ChannelBlock { get; init; }

    [Option("--nms", "Put non-maximum suppression into the file, with --conf, --iou, --max-detections and --agnostic")]
    internal bool Suppresses
    {
        get => Suppression is not null;
        init => Suppression = value ? Suppression ?? new NmsOptions() : null;
    }

    /// <summary>Suppression inside the file; null for raw predictions.</summary>
    [OptionGroup("--nms")]
    public NmsOptions? Suppression { get; init; }

    /// <summary>Whether the file is compared with the network before it is written.</summary>
    /// <value>Default true.</value>
    [Option("--no-check", "Do not compare the file with the network", IsInverted = true)]
    public bool Check { get; init; } = true;

    /// <summary>Whether a file with widths filled up is timed beside one without.</summary>
    /// <value>Default true.</value>
    [LatencyOption]
    public bool MeasureLatency { get; init; } = true;

    /// <summary>What is emitted for a network.</summary>
    /// <exception cref="OptionException">What is free is fixed too, or a value is outside its range.</exception>
    public OnnxOptions ToEmission(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var (freeBatch, freeSize) = (Free is FreeSizes.Batch or FreeSizes.All, Free is FreeSizes.Size or FreeSizes.All);
        var (height, width) = FileSizeOptionAttribute.HeightAndWidth(ImageSize, checkpoint.ImageSize);
        if (ImageSize.Count > 0 && freeSize)
            throw new OptionException("--image-size fixes what --dynamic leaves free; use --dynamic batch, or leave one out");
        if (Batch is not null && freeBatch)
            throw new OptionException("--batch fixes what --dynamic leaves free; use --dynamic size, or leave one out");
        int? batch = freeBatch ? null : Batch ?? 1;
        var emission = new OnnxOptions
        {
            Batch = batch,
            Height = freeSize ? null : height,
            Width = freeSize ? null : width,
            Precision = Half ? WeightPrecision.Half : WeightPrecision.Full,
            ChannelBlock = ChannelBlock ?? Networks.ChannelBlock.ForBatch(batch),
            Suppression = Suppression,
        };
        emission.Validate(checkpoint.Stride);
        return emission;
    }
}
