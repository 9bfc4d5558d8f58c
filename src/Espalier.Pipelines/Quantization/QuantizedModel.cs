using Espalier.Networks;
using Espalier.Pipelines.Latency;
using Espalier.Vision;

namespace Espalier.Pipelines.Quantization;

/// <summary>An int8 file and how it compares with float32, on pictures that nothing was learned or calibrated on.</summary>
public sealed record QuantizedModel
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Its size.</summary>
    public required long Bytes { get; init; }

    /// <summary>The size of the same network's file in float32.</summary>
    public required long Float32Bytes { get; init; }

    /// <summary>What was rounded, and how.</summary>
    public required QuantizationPlan Plan { get; init; }

    /// <summary>The side in pixels of the squares that both were judged in.</summary>
    public required int ImageSize { get; init; }

    /// <summary>How good the network is in float32.</summary>
    public required DetectionReport Full { get; init; }

    /// <summary>How good the file is, in int8.</summary>
    public required DetectionReport Quantized { get; init; }

    /// <summary>What the file gains in mAP50 over float32, with its interval; mostly less than nothing.</summary>
    public required BootstrapComparison Gain { get; init; }

    /// <summary>Float32 and the file in turns on this machine; null where that was not wanted.</summary>
    public SpeedComparison? Speed { get; init; }
}
