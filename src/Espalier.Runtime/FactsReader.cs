using System.Collections.Immutable;
using System.Globalization;
using Espalier.Core;
using Espalier.Core.Metadata;
using Espalier.Core.Options;
using Espalier.Vision;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Runtime;

/// <summary>Finds out whether a file is a detector that is read, from Espalier or from others' exporters, and what it promises.</summary>
internal static class FactsReader
{
    /// <summary>What stands where the exporter said nothing.</summary>
    private const int UsualStride = 32, UsualImageSize = 640;

    /// <summary>Pixels along a side of a picture that a network takes.</summary>
    private const int LargestSide = 8192;

    /// <summary>Columns of a row of a network of Espalier's that suppresses by itself: picture, four sides, confidence, class.</summary>
    private const int DetectionColumns = 7;

    /// <summary>Box and objectness, before the class probabilities.</summary>
    private const int ColumnsBeforeClasses = NonMaximumSuppression.BoxAndObjectness;

    /// <summary>Reads the facts. A file that is not Espalier's own is run once:
    /// what exporters write about shapes does not always hold.</summary>
    /// <param name="session">The opened file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="EspalierException">It is no such detector;
    /// the message says what it is, or what is other than it should be.</exception>
    /// <exception cref="OnnxRuntimeException">It cannot be run.</exception>
    public static NetworkFacts Read(InferenceSession session, string name)
    {
        var metadata = session.ModelMetadata.CustomMetadataMap;
        var facts = metadata.ContainsKey(DetectorMetadata.VersionKey) ? Own(session, metadata, name) : Foreign(session, metadata, name);

        // Of a file that fixes one side alone the other is fixed with it: rectangles that follow the pictures do not fit the fixed one.
        var isFree = facts.Height is null && facts.Width is null;
        return facts with
        {
            Height = isFree ? null : facts.Height ?? facts.ImageSize,
            Width = isFree ? null : facts.Width ?? facts.ImageSize,
            NumberCalibration = metadata.TryGetValue(NumberCalibration.MetadataKey, out var fitted) ? Calibration(fitted, name) : null,
        };
    }

    private static NetworkFacts Own(InferenceSession session, IReadOnlyDictionary<string, string> metadata, string name)
    {
        var said = DetectorMetadata.Read(metadata, name);
        var takesBytes = said.TakesBytes;
        var input = takesBytes ? ByteInput(session, name) : Input(session, name);
        var (rows, columns) = takesBytes ? (1, 2) : (2, 3);
        RequireRoom(Fixed(input.Dimensions[0]), Fixed(input.Dimensions[rows]), Fixed(input.Dimensions[columns]), name);
        var layout = OwnLayout(session, said.Suppression is not null ? OutputKind.Detections : takesBytes
            ? OutputKind.RawRows : OutputKind.AnchorRows, name);
        return new NetworkFacts
        {
            ClassNames = Settled(Names(metadata, name), layout.Classes, name),
            Stride = Number(metadata, "stride", name) ?? UsualStride,
            ImageSize = Number(metadata, DetectorMetadata.ImageSizeKey, name) ?? Fixed(input.Dimensions[columns]) ?? UsualImageSize,
            Batch = Fixed(input.Dimensions[0]),
            Height = Fixed(input.Dimensions[rows]),
            Width = Fixed(input.Dimensions[columns]),
            Suppression = said.Suppression,
            RawHeads = takesBytes ? said : null,
            Metadata = metadata,
            Input = session.InputNames[0],
            InputKind = takesBytes ? InputKind.Bytes : KindOf(input),
            Layout = layout,
        };
    }

    private static NetworkFacts Foreign(InferenceSession session, IReadOnlyDictionary<string, string> metadata, string name)
    {
        ForeignLayout.CheckTask(metadata, name);
        var input = Input(session, name);
        var (batch, height, width) = (Fixed(input.Dimensions[0]), Fixed(input.Dimensions[2]), Fixed(input.Dimensions[3]));
        var stride = Number(metadata, "stride", name);
        var side = Number(metadata, "imgsz", name) ?? width ?? height ?? UsualImageSize;
        if (stride is { } multiple) side = (side + multiple - 1) / multiple * multiple;
        var names = Names(metadata, name);
        var size = (Height: height ?? side, Width: width ?? side);
        RequireRoom(batch, size.Height, size.Width, name);
        var outputs = TrialRun.Of(session, batch ?? 1, size.Height, size.Width);
        var layout = new ForeignLayout(metadata, names?.Length, stride, size, name).Of(outputs);
        return new NetworkFacts
        {
            ClassNames = Settled(names, layout.Classes, name),
            Stride = stride ?? layout.Stride ?? UsualStride,
            ImageSize = side,
            Batch = batch,
            Height = height,
            Width = width,
            Suppression = layout.Kind == OutputKind.EndToEnd
                ? Finished(outputs.First(output => output.Name == layout.Name), batch ?? 1) : null,
            Metadata = metadata,
            Input = session.InputNames[0],
            InputKind = KindOf(input),
            Layout = layout,
        };
    }

    /// <summary>An end-to-end file gives every object one row, down to a confidence of 0, and leaves nothing to suppress.</summary>
    private static NmsOptions Finished(TrialOutput output, int batch) =>
        new() { Confidence = 0, IoU = 1, MaximumDetections = Math.Max(output.Shape[0] / batch * output.Shape[1], 1) };

    private static InputKind KindOf(NodeMetadata input) => input.ElementDataType == TensorElementType.Float16
        ? InputKind.Halves : InputKind.Floats;

    private static NodeMetadata ByteInput(InferenceSession session, string name)
    {
        var input = session.InputMetadata[session.InputNames[0]];
        return session.InputNames.Count == 1 && input.IsTensor && input.Dimensions is [_, _, _, RunBuffers.BytesAPixel]
            && input.ElementDataType == TensorElementType.UInt8
            ? input
            : throw new EspalierException($"{name} is damaged: it says that it takes bytes, but its input is {Shape(input)} instead of "
                + $"(batch, height, width, {RunBuffers.BytesAPixel}).");
    }

    private static NodeMetadata Input(InferenceSession session, string name)
    {
        if (session.InputNames.Count != 1)
            throw new EspalierException($"{name} is no detector that is read: it takes {string.Join(" and ", session.InputNames)} instead "
                + $"of one picture{(session.InputNames.Contains("orig_target_sizes") ? ", as RT-DETR does" : "")}.");
        var input = session.InputMetadata[session.InputNames[0]];
        if (!input.IsTensor || input.Dimensions is not [_, 3 or -1, _, _])
            throw new EspalierException($"{name} is no detector: its input is {Shape(input)} instead of (batch, 3, height, width).");
        if (input.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16))
            throw new EspalierException($"{name} takes pictures as {input.ElementDataType}; float32 and float16 are understood.");
        return input;
    }

    /// <summary>Refuses pictures for which no buffer can be made, whatever memory there is.</summary>
    private static void RequireRoom(int? batch, int? height, int? width, string name)
    {
        var (count, rows, columns) = (batch ?? 1, height ?? 1, width ?? 1);
        if (Math.Max(rows, columns) > LargestSide || (long)count * rows * columns > Array.MaxLength / RunBuffers.BytesAPixel)
            throw new EspalierException($"{name} takes {count} pictures of {columns} × {rows} a call, which is more than can be held; "
                + $"sides may have up to {LargestSide} pixels.");
    }

    private static OutputLayout OwnLayout(InferenceSession session, OutputKind kind, string name)
    {
        var output = session.OutputMetadata[session.OutputNames[0]];
        if (output.IsTensor && kind == OutputKind.Detections && output.Dimensions is [_, DetectionColumns])
            return new OutputLayout(kind, session.OutputNames[0]);
        if (output.IsTensor && kind != OutputKind.Detections && output.Dimensions is [_, _, > ColumnsBeforeClasses])
            return new OutputLayout(kind, session.OutputNames[0], output.Dimensions[2] - ColumnsBeforeClasses);
        var expected = kind == OutputKind.Detections ? "(detections, 7)" : "(batch, predictions, 5 + classes)";
        throw new EspalierException($"{name} is damaged: its output is {Shape(output)} instead of {expected}.");
    }

    private static ImmutableArray<string>? Names(IReadOnlyDictionary<string, string> metadata, string name)
    {
        // A name in a wrong place is worse than none: names that are there and cannot be read are never replaced by numbers.
        if (metadata.TryGetValue(DetectorMetadata.NamesKey, out var json)) return TextList.Parse(json) ?? throw Unreadable(json, name);
        return metadata.TryGetValue("names", out var python) ? ClassNameText.FromPython(python) ?? throw Unreadable(python, name) : null;
    }

    /// <summary>The names, or numbers where there are none; as many as the output has classes.</summary>
    private static ImmutableArray<string> Settled(ImmutableArray<string>? names, int? classes, string name)
    {
        if (classes is null)
            return names ?? throw new EspalierException(
                $"{name} says neither in its output nor in its metadata how many classes it knows.");
        if (names is { } known && known.Length != classes)
            throw new EspalierException($"{name} contradicts itself: it predicts {classes} classes and names {known.Length}.");
        return names ?? [.. Enumerable.Range(0, classes.Value).Select(index => index.ToString(CultureInfo.InvariantCulture))];
    }

    private static EspalierException Unreadable(string names, string name)
        => new($"{name} names its classes as '{(names.Length <= 80 ? names : names[..80] + "…")}', "
            + $"which is no list and no dictionary of names from 0 on.");

    private static NumberCalibration Calibration(string text, string name)
    {
        try
        {
            return NumberCalibration.FromJson(text);
        }
        catch (EspalierException exception)
        {
            throw new EspalierException($"{name} is damaged: what it says of the confidence of numbers cannot be read.", exception);
        }
    }

    private static int? Number(IReadOnlyDictionary<string, string> metadata, string key, string name)
    {
        if (!metadata.TryGetValue(key, out var text)) return null;

        // YOLOv5's exporter has written 32, 32.0, tensor(32.) and [8, 16, 32], of which the largest is meant.
        return Largest(PythonLiteral.Parse(text)) is { } number && number is >= 1 and <= LargestSide && number == Math.Floor(number)
            ? (int)number
            : throw new EspalierException(
                $"{name} is damaged: its metadata give '{text}' as {key}, which must be a whole number from 1 to {LargestSide}.");
    }

    private static double? Largest(PythonValue? value) => value switch
    {
        PythonValue.Scalar scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
            number,
        PythonValue.List { Items.Count: > 0 } list when list.Items.All(item => item is PythonValue.Scalar) => list.Items.Max(Largest),
        _ => null,
    };

    private static int? Fixed(int length) => length > 0 ? length : null;

    private static string Shape(NodeMetadata node) => node.IsTensor
        ? $"({string.Join(", ", node.Dimensions.Select(length => length < 0 ? "free" : length.ToString(CultureInfo.InvariantCulture)))})"
        : "no tensor";
}
