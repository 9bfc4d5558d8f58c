using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Models;

namespace Espalier.Pipelines.Quantization;

/// <summary>How a network becomes an int8 file, and on which pictures that is measured.</summary>
public sealed record QuantizeOptions
{
    /// <summary>The word of <see cref="Keep"/> for a choice by measurement.</summary>
    public const string Auto = "auto";

    /// <summary>The word of <see cref="Keep"/> for everything in int8.</summary>
    public const string None = "none";

    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<QuantizeOptions> Table { get; } = new();

    /// <summary>The <c>data.yaml</c>.</summary>
    [DataOption("The data.yaml that it was trained on")]
    public required string Data { get; init; }

    /// <summary>What goes in and comes out.</summary>
    /// <value>Default <see cref="OnnxInterface.Bytes"/>.</value>
    [Option("--interface", "What goes in and comes out: bytes is fastest and for Espalier's runtime, standard is YOLOv5's own",
        Words = ["bytes", "standard"])]
    public OnnxInterface Interface { get; init; } = OnnxInterface.Bytes;

    /// <summary>The pictures' side in pixels, or their height and width; empty for the size the network was trained at.</summary>
    [FileSizeOption]
    public ValueList<int> ImageSize { get; init; }

    /// <summary>Pictures a call.</summary>
    /// <value>Default 1; 1…1024.</value>
    [BatchOption("Pictures a call")]
    public int Batch { get; init; } = 1;

    /// <summary>How ranges are chosen.</summary>
    [Option("--calibration", "How ranges are chosen: least squared error, nothing clipped, "
        + "one value in 10,000 clipped, or least divergence")]
    public CalibrationMethod Method { get; init; }

    /// <summary>Pictures to calibrate on, spread evenly over the split, letterboxed as they are where the network is used.</summary>
    /// <value>Default 512; 1…1,000,000.</value>
    [PicturesOption("Training pictures to calibrate on", Called = "The number of pictures to calibrate on")]
    public int Pictures { get; init; } = 512;

    /// <summary>The convolutions that stay in float: <see cref="Auto"/> by measurement, <see cref="None"/>, or their names.</summary>
    [Option("--keep", "Convolutions that stay in float: by measurement (auto), none, or names", ValueName = "auto|none|layer")]
    public ValueList<string> Keep { get; init; } = [Auto];

    /// <summary>Points of mAP50 on training pictures that may be lost, where convolutions are kept by measurement.</summary>
    /// <value>Default 0.3; 0…100.</value>
    [Option("--tolerance", "With --keep auto: points of mAP50 on training pictures that may be lost", 0, 100, Needs = ["--keep auto"])]
    public double Tolerance { get; init; } = 0.3;

    /// <summary>Bits of a weight, its sign among them.</summary>
    /// <value>Default 7; 7 or 8 (<see cref="QuantizationPlan.WeightBits"/>).</value>
    [Option("--weight-bits", "Bits of a weight; 8 are more exact, but overflow on processors without VNNI", 7, 8,
        Called = "The number of bits of a weight")]
    public int WeightBits { get; init; } = 7;

    /// <summary>Whether biases take off what rounding weights adds on average.</summary>
    /// <value>Default true.</value>
    [Option("--no-bias-correction", "Leave biases as they are", IsInverted = true)]
    public bool CorrectBiases { get; init; } = true;

    /// <summary>The split that is calibrated on; never the one that is judged on.</summary>
    /// <value>Default <c>train</c>.</value>
    [SplitOption("--train-split", "The split to calibrate on")]
    public string TrainingSplit { get; init; } = "train";

    /// <summary>The split that the file is judged on, beside float32.</summary>
    /// <value>Default <c>val</c>.</value>
    [SplitOption("--split", "The split to judge on")]
    public string ValidationSplit { get; init; } = "val";

    /// <summary>Whether the file is timed beside the fastest float32 file.</summary>
    /// <value>Default true.</value>
    [LatencyOption]
    public bool MeasureLatency { get; init; } = true;

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    /// <value>Default <c>auto</c>.</value>
    [DeviceOption]
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    [ThreadsOption]
    public int Threads { get; init; }
}
