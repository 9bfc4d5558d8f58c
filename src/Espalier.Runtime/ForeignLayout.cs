using System.Collections.Immutable;
using System.Globalization;
using Espalier.Core;

namespace Espalier.Runtime;

/// <summary>
/// Tells the layout of a file that is not Espalier's own by the shapes of what it gave, its stride and its metadata together: rows must
/// equal the cells of heads. What fits no layout, or two, is refused by the name of what it is.
/// </summary>
internal sealed class ForeignLayout
{
    /// <summary>Numbers before the class probabilities, with an objectness and without.</summary>
    private const int WithObjectness = 5, BoxAlone = 4;

    /// <summary>Coordinates below this are parts of the picture's sides, not pixels.</summary>
    private const float LargestFraction = 1.5f;

    private readonly IReadOnlyDictionary<string, string> _metadata;
    private readonly int? _names;
    private readonly int? _stride;
    private readonly (int Height, int Width) _size;
    private readonly string _file;

    /// <summary>For a file.</summary>
    /// <param name="metadata">What it says of itself.</param>
    /// <param name="names">How many classes it names; null where it names none.</param>
    /// <param name="stride">The stride that it names; null where it names none.</param>
    /// <param name="size">The picture's size in the trial run.</param>
    /// <param name="file">What messages call the file.</param>
    public ForeignLayout(IReadOnlyDictionary<string, string> metadata, int? names, int? stride,
        (int Height, int Width) size, string file)
        => (_metadata, _names, _stride, _size, _file) = (metadata, names, stride, size, file);

    /// <summary>Refuses what says of itself that it is something else than a detector, before it is run.</summary>
    /// <exception cref="EspalierException">It is.</exception>
    public static void CheckTask(IReadOnlyDictionary<string, string> metadata, string file)
    {
        if (metadata.GetValueOrDefault("task") is { } task && task != "detect")
        {
            throw Refused(file, task switch
            {
                "segment" => "a segmentation network, which gives masks",
                "pose" => "a pose network, which gives key points",
                "classify" => "a classification network, which gives no boxes",
                "obb" => "a network of oriented boxes",
                _ => "no detection network",
            }, $"its metadata give '{task}' as its task");
        }

        var description = metadata.GetValueOrDefault("description") ?? "";
        if (description.Contains("rtdetr", StringComparison.OrdinalIgnoreCase)
            || description.Contains("rt-detr", StringComparison.OrdinalIgnoreCase))
            throw Refused(file, "an RT-DETR network, whose boxes are parts of the picture's sides",
                $"its metadata describe it as '{description}'");
    }

    /// <summary>The layout of what a trial run gave.</summary>
    /// <exception cref="EspalierException">It is none that is read; the message says what it is.</exception>
    public OutputLayout Of(ImmutableArray<TrialOutput> outputs)
    {
        var rows = outputs.Where(output => output.Shape.Length == 3).ToList();
        var maps = outputs.Where(output => output.Shape.Length == 4).ToList();
        if (rows is [var only])
            return maps is [var masks] ? throw Refused("a segmentation network, which gives masks", $"beside its rows it gives {masks}")
                : Of(only);
        if (rows.Count > 1)
            throw Refused("a detector that gives boxes and scores apart, as YOLO-NAS, DETR and RT-DETR do",
                $"its outputs are {Listed(outputs)}");
        if (outputs is [{ Shape: [_, _] } table])
        {
            throw table.Shape[1] is EndToEndDecoder.DetectionNumbers or EndToEndDecoder.DetectionNumbers + 1
                ? Refused("a detector with suppression inside, in an order of columns that differs from exporter to exporter",
                    $"its output is {table}; export it without suppression")
                : Refused("a classification network, which gives no boxes", $"its output is {table}");
        }

        if (outputs.Any(output => output.Shape.Length == 5) || maps.Count > 1)
            throw Refused("a detector whose heads are not decoded",
                $"its outputs are {Listed(outputs)}; export it with its Detect layer, as YOLOv5's export.py does");
        throw Refused("no detector of a known kind", $"its outputs are {Listed(outputs)}");
    }

    private OutputLayout Of(TrialOutput output)
    {
        var (first, second) = (output.Shape[1], output.Shape[2]);
        var isEndToEnd = second == EndToEndDecoder.DetectionNumbers && IsTrue("end2end");
        var byRows = !isEndToEnd && second > WithObjectness ? HeadGrid.Of(first, _size.Height, _size.Width, _stride) : null;
        var byColumns = first > BoxAlone ? HeadGrid.Of(second, _size.Height, _size.Width, _stride) : null;
        if (byColumns is not { Anchors: 1 }) byColumns = null;
        if (byRows is { } one && byColumns is { } other)
        {
            // Small pictures have as few cells as networks have classes: names tell, or else what is more usual.
            var (rowsAreNamed, columnsAreNamed) = (_names == second - WithObjectness, _names == first - BoxAlone);
            if (rowsAreNamed == columnsAreNamed && one.Rarity == other.Rarity)
                throw Refused("a detector that can be read in two ways",
                    $"its output is {output}, and its names do not tell rows from columns");
            if (rowsAreNamed == columnsAreNamed ? one.Rarity < other.Rarity : rowsAreNamed) byColumns = null;
            else byRows = null;
        }

        if (byColumns is { } columns)
            return new OutputLayout(OutputKind.CellColumns, output.Name, Counted(first - BoxAlone, output), columns.Stride);
        if (byRows is { } rows && !(second == EndToEndDecoder.DetectionNumbers && _names > 1)) return Rows(output, rows);
        if (second == EndToEndDecoder.DetectionNumbers) return EndToEnd(output);
        throw Refused("no detector of a known kind", Misfit(output));
    }

    private OutputLayout Rows(TrialOutput output, HeadGrid grid)
    {
        var columns = output.Shape[2];
        if (grid.Anchors == 1 && columns - BoxAlone == _names)
            throw Refused("YOLOv8's layout turned around", $"its output is {output} instead of (batch, 4 + classes, cells)");

        // YOLOv5's exporter names classes and stride, the others name nothing; only YOLOv5's own tables can have one anchor.
        if (grid.Anchors == 1 && (_names is null || _stride is null))
            throw Refused("a network such as YOLOX or YOLOv6, whose numbers need not be pixels",
                $"its output {output} has one row a cell, with an objectness");
        return new OutputLayout(OutputKind.AnchorRows, output.Name, Counted(columns - WithObjectness, output), grid.Stride);
    }

    private OutputLayout EndToEnd(TrialOutput output)
    {
        if (_names is null)
            throw Refused("a detector that does not say which classes it knows", $"its output is {output}, and its metadata have no names");
        var (largest, isDetection) = (0f, true);
        for (var start = 0; start < output.Numbers.Length; start += EndToEndDecoder.DetectionNumbers)
        {
            var detection = output.Numbers.AsSpan(start, EndToEndDecoder.DetectionNumbers);
            foreach (var side in detection[..BoxAlone]) largest = Math.Max(largest, Math.Abs(side));
            isDetection &= !(detection[4] < 0 || detection[4] > 1 || detection[5] < -1 || detection[5] >= _names
                || detection[5] != MathF.Floor(detection[5]));
        }

        // RT-DETR for two classes has six columns, too: boxes as parts of the sides, then two scores.
        if (!isDetection)
            throw Refused("no end-to-end detector, such as RT-DETR for two classes",
                $"its output is {output}, but what it gives is no confidence and class");
        if (largest is > 0 and < LargestFraction)
            throw Refused("a detector whose boxes are parts of the picture's sides",
                $"its output is {output}, and no coordinate exceeds {LargestFraction.ToString(CultureInfo.InvariantCulture)}");
        return new OutputLayout(OutputKind.EndToEnd, output.Name);
    }

    /// <summary>How many classes the shape has, where as many are named.</summary>
    private int Counted(int classes, TrialOutput output)
    {
        if (_names is not { } named || named == classes) return classes;
        throw classes > named
            ? Refused("no detection network alone: masks, key points and angles are not read",
                $"its output is {output}, room for {classes} classes, and it names {named}")
            : new EspalierException($"{_file} contradicts itself: it predicts {classes} classes and names {named}.");
    }

    private string Misfit(TrialOutput output)
    {
        var (height, width) = _size;
        var heads = _stride is { } stride ? $"heads up to stride {stride}" : "heads of strides 8, 16 and 32";
        var cells = HeadGrid.Cells(height, width, 8, _stride ?? 32);
        return $"its output is {output}, which is none of (batch, anchors × cells, 5 + classes), "
            + $"(batch, 4 + classes, cells) and (batch, detections, 6): "
            + $"{heads} have {cells} cells on a picture of {width} × "
                + $"{height}{(_names == output.Shape[2] - BoxAlone ? "; RT-DETR gives such rows" : "")}";
    }

    private bool IsTrue(string key) =>
        _metadata.TryGetValue(key, out var value) && string.Equals(value, "True", StringComparison.OrdinalIgnoreCase);

    private EspalierException Refused(string what, string why) => Refused(_file, what, why);

    private static EspalierException Refused(string file, string what, string why)
        => new($"{file} is {what} ({why}); what is read are YOLO detectors in the layouts of YOLOv5, of YOLOv8 and of end-to-end exports.");

    private static string Listed(ImmutableArray<TrialOutput> outputs) =>
        string.Join(", ", outputs.Select(output => $"{output.Name} {output}"));
}
