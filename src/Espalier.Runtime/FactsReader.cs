using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Espalier.Core;
using Espalier.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Runtime;

/// <summary>Finds out whether a file is a YOLOv5 detector, from Espalier or from YOLOv5's own exporter, and what it promises.</summary>
internal static class FactsReader
{
    /// <summary>What stands where YOLOv5's exporter said nothing.</summary>
    private const int UsualStride = 32, UsualImageSize = 640;

    /// <summary>Columns of a row of a network that suppresses by itself: picture, four sides, confidence, class.</summary>
    private const int DetectionColumns = 7;

    /// <summary>Box and objectness, before the class probabilities.</summary>
    private const int ColumnsBeforeClasses = NonMaximumSuppression.BoxAndObjectness;

    /// <summary>Reads the facts.</summary>
    /// <param name="session">The opened file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="EspalierException">It is no such detector; the message says what is other than it should be.</exception>
    public static NetworkFacts Read(InferenceSession session, string name)
    {
        var metadata = session.ModelMetadata.CustomMetadataMap.ToImmutableSortedDictionary(StringComparer.Ordinal);
        var takesBytes = metadata.TryGetValue("espalier.interface", out var kind) && kind == "bytes";
        var input = takesBytes ? ByteInput(session, name) : Input(session, name);
        var (rows, columns) = takesBytes ? (1, 2) : (2, 3);
        var suppression = metadata.TryGetValue("espalier.nms", out var text) ? Suppression(text, name) : null;
        var (output, outputColumns) = Output(session, suppression is not null, name);
        return new NetworkFacts
        {
            ClassNames = Names(metadata, suppression is null ? outputColumns - ColumnsBeforeClasses : null, name),
            Stride = Number(metadata, "stride", name) ?? UsualStride,
            ImageSize = Number(metadata, "espalier.imageSize", name) ?? Fixed(input.Dimensions[columns]) ?? UsualImageSize,
            Batch = Fixed(input.Dimensions[0]),
            Height = Fixed(input.Dimensions[rows]),
            Width = Fixed(input.Dimensions[columns]),
            Suppression = suppression,
            RawHeads = takesBytes ? Heads(metadata, name) : null,
            Metadata = metadata,
            Input = session.InputNames[0],
            Output = output,
        };
    }

    private static NodeMetadata ByteInput(InferenceSession session, string name)
    {
        var input = session.InputMetadata[session.InputNames[0]];
        return session.InputNames.Count == 1 && input.IsTensor && input.Dimensions is [_, _, _, RunBuffers.BytesAPixel] && input.ElementDataType == TensorElementType.UInt8
            ? input
            : throw new EspalierException($"{name} is damaged: it says that it takes bytes, but its input is {Shape(input)} instead of (batch, height, width, {RunBuffers.BytesAPixel}).");
    }

    private static RawHeads Heads(ImmutableSortedDictionary<string, string> metadata, string name)
    {
        try
        {
            using var strideList = JsonDocument.Parse(metadata["espalier.strides"]);
            using var anchorList = JsonDocument.Parse(metadata["espalier.anchors"]);
            var strides = strideList.RootElement.EnumerateArray().Select(stride => stride.GetInt32()).ToImmutableArray();
            var anchors = anchorList.RootElement.EnumerateArray().Select(level => level.EnumerateArray().Select(side => side.GetSingle()).ToImmutableArray()).ToImmutableArray();
            if (strides.Length > 0 && strides.Length == anchors.Length && strides.All(stride => stride > 0) && anchors.All(level => level.Length > 0 && level.Length % 2 == 0))
                return new RawHeads(strides, anchors);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EspalierException($"{name} is damaged: its strides and anchors cannot be read.", exception);
        }

        throw new EspalierException($"{name} is damaged: its strides and anchors do not go together.");
    }

    private static NodeMetadata Input(InferenceSession session, string name)
    {
        if (session.InputNames.Count != 1) throw new EspalierException($"{name} is no detector: it takes {session.InputNames.Count} inputs instead of one picture.");
        var input = session.InputMetadata[session.InputNames[0]];
        if (!input.IsTensor || input.Dimensions is not [_, 3 or -1, _, _])
            throw new EspalierException($"{name} is no detector: its input is {Shape(input)} instead of (batch, 3, height, width).");
        if (input.ElementDataType != TensorElementType.Float)
            throw new EspalierException($"{name} takes pictures as {input.ElementDataType}; only float32 is understood (float16 weights are no hindrance, a float16 input is).");
        return input;
    }

    /// <summary>The output of rows; older exporters put raw heads, of other ranks, beside it.</summary>
    private static (string Name, int Columns) Output(InferenceSession session, bool suppressed, string name)
    {
        foreach (var candidate in session.OutputNames)
        {
            var output = session.OutputMetadata[candidate];
            if (!output.IsTensor || output.ElementDataType != TensorElementType.Float) continue;
            if (suppressed && output.Dimensions is [_, DetectionColumns]) return (candidate, DetectionColumns);
            if (!suppressed && output.Dimensions is [_, _, var columns] && (columns == -1 || columns > ColumnsBeforeClasses)) return (candidate, columns);
        }

        var first = session.OutputMetadata[session.OutputNames[0]];
        var expected = suppressed ? "(detections, 7)" : "(batch, predictions, 5 + classes)";
        throw new EspalierException($"{name} is no YOLOv5 detector: its output is {Shape(first)} instead of {expected}.");
    }

    private static ImmutableArray<string> Names(ImmutableSortedDictionary<string, string> metadata, int? classes, string name)
    {
        ImmutableArray<string>? names = null;

        // A name in a wrong place is worse than none: names that are there and cannot be read are never replaced by numbers.
        if (metadata.TryGetValue("espalier.names", out var json)) names = ClassNameText.FromJson(json) ?? throw Unreadable(json, name);
        else if (metadata.TryGetValue("names", out var python)) names = ClassNameText.FromPython(python) ?? throw Unreadable(python, name);
        if (classes is not > 0) return names ?? throw new EspalierException($"{name} says neither in its output nor in its metadata how many classes it knows.");
        if (names is { } known && known.Length != classes)
            throw new EspalierException($"{name} contradicts itself: it predicts {classes} classes and names {known.Length}.");
        return names ?? [.. Enumerable.Range(0, classes.Value).Select(index => index.ToString(CultureInfo.InvariantCulture))];
    }

    private static EspalierException Unreadable(string names, string name)
        => new($"{name} names its classes as '{(names.Length <= 80 ? names : names[..80] + "…")}', "
            + "which is no list and no dictionary of names from 0 on.");

    private static InnerSuppression Suppression(string text, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return new InnerSuppression(
                root.GetProperty("confidence").GetSingle(), root.GetProperty("iou").GetSingle(),
                root.GetProperty("agnostic").GetBoolean(), root.GetProperty("maximumDetections").GetInt32());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EspalierException($"{name} is damaged: what it says of its suppression cannot be read.", exception);
        }
    }

    private static int? Number(ImmutableSortedDictionary<string, string> metadata, string key, string name)
    {
        if (!metadata.TryGetValue(key, out var text)) return null;

        // YOLOv5's exporter has written 32, 32.0, tensor(32.) and [8, 16, 32], of which the largest is meant.
        return Largest(PythonLiteral.Parse(text)) is { } number && number is >= 1 and <= 8192 && number == Math.Floor(number)
            ? (int)number
            : throw new EspalierException($"{name} is damaged: its metadata give '{text}' as {key}, which must be a whole number from 1 to 8192.");
    }

    private static double? Largest(PythonValue? value) => value switch
    {
        PythonValue.Scalar scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        PythonValue.List { Items.Count: > 0 } list when list.Items.All(item => item is PythonValue.Scalar) => list.Items.Max(Largest),
        _ => null,
    };

    private static int? Fixed(int length) => length > 0 ? length : null;

    private static string Shape(NodeMetadata node) => node.IsTensor
        ? $"({string.Join(", ", node.Dimensions.Select(length => length < 0 ? "free" : length.ToString(CultureInfo.InvariantCulture)))})"
        : "no tensor";
}
