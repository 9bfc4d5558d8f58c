using System.Collections.Immutable;
using Espalier.Core.Metadata;
using Espalier.Core.Options;
using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>What an ONNX file promises, from its input, its output and its metadata.</summary>
public sealed record NetworkFacts
{
    /// <summary>The names of classes 0, 1, …; their numbers where the file has no names.</summary>
    public required ImmutableArray<string> ClassNames { get; init; }

    /// <summary>Image sides must be multiples of this; 32 where the file does not say.</summary>
    public required int Stride { get; init; }

    /// <summary>The side in pixels that the network was trained for; 640 where the file does not say.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Rows that every picture must have; null where rows and columns are free. Where the file fixes one of both alone, the other
    /// is <see cref="ImageSize"/>.</summary>
    public int? Height { get; init; }

    /// <summary>Columns that every picture must have, likewise.</summary>
    public int? Width { get; init; }

    /// <summary>Pictures that every call must bring; null where their number is free.</summary>
    public int? Batch { get; init; }

    /// <summary>Suppression that the network does itself; null where it gives raw predictions.
    /// End-to-end files have nothing left to suppress: an IoU of 1.</summary>
    public NmsOptions? Suppression { get; init; }

    /// <summary>
    /// With what a file of ours that takes pictures as bytes, (batch, height, width, 4), wants its raw rows decoded; null where predictions
    /// come decoded.
    /// </summary>
    internal DetectorMetadata? RawHeads { get; init; }

    /// <summary>What makes a confidence of the evidence for a house number; null where none was fitted.</summary>
    public NumberCalibration? NumberCalibration { get; init; }

    /// <summary>All of the file's metadata.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>The name of the input.</summary>
    public required string Input { get; init; }

    /// <summary>How pictures are handed in.</summary>
    internal InputKind InputKind { get; init; }

    /// <summary>What the output that holds predictions or detections is.</summary>
    public required OutputLayout Layout { get; init; }

    /// <summary>Whether weak or overlapping predictions never leave the file, so that it cannot be judged.</summary>
    public bool HidesPredictions => Layout.Kind == OutputKind.Detections || (Layout.Kind == OutputKind.EndToEnd && SuppressesByArguments);

    // The exporter of YOLOv8 and later writes what it was asked for as a dictionary.
    private bool SuppressesByArguments => Metadata.TryGetValue("args", out var text)
        && PythonLiteral.Parse(text) is PythonValue.Map arguments
        && arguments.Entries.Any(entry => entry is { Key: PythonValue.Scalar { Text: "nms" }, Value: PythonValue.Scalar { Text: "True" } });

    /// <summary>The suppression that holds where nobody wants another.</summary>
    /// <param name="usual">What holds for a file that gives raw predictions.</param>
    public NmsOptions SuppressionOr(NmsOptions usual)
    {
        ArgumentNullException.ThrowIfNull(usual);
        if (Suppression is not { } inner) return usual;
        return Layout.Kind == OutputKind.EndToEnd ? inner with { Confidence = usual.Confidence, Classes = usual.Classes } : inner;
    }
}

/// <summary>How a file takes pictures.</summary>
internal enum InputKind
{
    /// <summary>(batch, 3, height, width) float32, RGB, 0…1.</summary>
    Floats,

    /// <summary>The same in float16.</summary>
    Halves,

    /// <summary>(batch, height, width, 4) bytes, RGB and one that counts for nothing.</summary>
    Bytes,
}
