using System.Collections.Immutable;
using System.Globalization;

namespace Espalier.Networks;

/// <summary>Gives a <see cref="TableValue"/> its meaning as an <see cref="Architecture"/>,
/// or says which key or row does not make sense.</summary>
internal sealed class ArchitectureReader(string name)
{
    private const double MaxMultiple = 100;
    private const float MaxAnchor = 100_000;

    private TableValue.Map _table = new([]);

    /// <summary>The architecture that a table describes; its rows are not expanded yet.</summary>
    /// <exception cref="GraphException">It describes none.</exception>
    public Architecture Read(TableValue.Map table)
    {
        _table = table;
        var names = ClassNames();
        var backbone = Rows("backbone", 0);
        var head = Rows("head", backbone.Length);
        var masks = head is [.., { Module: "Segment", Arguments.Length: 4 }];
        if (masks) head = [.. head[..^1], head[^1] with { Module = "Detect", Arguments = head[^1].Arguments[..2] }];
        return new Architecture
        {
            Name = name,
            Classes = Classes(names),
            ClassNames = names,
            InputChannels = Scalar("ch") is null ? 3 : Whole("ch", 1, 64),
            DepthMultiple = Multiple("depth_multiple"),
            WidthMultiple = Multiple("width_multiple"),
            ChannelMultiple = Scalar("channel_multiple") is null ? 8 : Whole("channel_multiple", 1, GraphLimits.Channels),
            Anchors = CountsAnchors ? [] : Anchors(),
            CountedAnchors = CountsAnchors ? Whole("anchors", 1, 32) : 0,
            Activation = Activation("activation", ActivationKind.SiLU),
            CspActivation = Activation("csp_activation", ActivationKind.LeakyReLU),
            Rows = [.. backbone, .. head],
            BackboneRows = backbone.Length,
            AsksForMasks = masks,
        };
    }

    private int Classes(ImmutableArray<string> names)
    {
        if (Scalar("nc") is null)
            return names.Length > 0 ? names.Length : throw Wrong("neither nc (the number of classes) nor names is there");
        var classes = Whole("nc", 1, GraphLimits.Classes);
        if (names.Length > 0 && names.Length != classes) throw Wrong($"nc is {classes}, but {names.Length} names are given");
        return classes;
    }

    private ImmutableArray<string> ClassNames() => Find("names") switch
    {
        null or TableValue.Scalar { Text: null } => [],
        TableValue.List list => [.. list.Items.Select(ClassName)],
        TableValue.Map map => [.. Enumerable.Range(0, map.Entries.Count).Select(index => ClassName(InMap(map, index)))],
        _ => throw Wrong("names must be a list or a map of class names"),
    };

    private TableValue InMap(TableValue.Map names, int index) =>
        names.Entries.TryGetValue(index.ToString(CultureInfo.InvariantCulture), out var value)
            ? value : throw Wrong($"names must have the keys 0 to {names.Entries.Count - 1}, but {index} is missing");

    private string ClassName(TableValue value) => value is TableValue.Scalar { Text: { } text }
        ? text
        : throw Wrong("names must hold one word or text a class");

    private ImmutableArray<LayerRow> Rows(string part, int first)
    {
        var list = Find(part) as TableValue.List
            ?? throw Wrong($"{part} is missing or is not a list of rows [from, repeats, module, arguments]");
        if (first + list.Items.Count > GraphLimits.Rows)
            throw Wrong($"there are {first + list.Items.Count} rows; at most {GraphLimits.Rows} are allowed");
        return [.. list.Items.Select((item, i) => Row(item, first + i))];
    }

    private LayerRow Row(TableValue value, int index)
    {
        if (value is not TableValue.List { Items.Count: 4 } row)
            throw WrongRow(index, "a row is [from, repeats, module, arguments]");
        if (row.Items[2] is not TableValue.Scalar { Text: { } module }) throw WrongRow(index, "the module's name is missing");
        if (row.Items[3] is not TableValue.List arguments) throw WrongRow(index, "the arguments must be a list, if need be an empty one");
        var from = row.Items[0] is TableValue.List { Items.Count: > 0 } several ? several.Items : [row.Items[0]];
        if (from.Count > GraphLimits.Inputs) throw WrongRow(index, $"it takes {from.Count} rows; at most {GraphLimits.Inputs} are allowed");
        try
        {
            return new LayerRow(
                index,
                [.. from.Select(item => WholeIn(item, index, "from", -GraphLimits.Rows, GraphLimits.Rows))],
                WholeIn(row.Items[1], index, "repeats", 1, GraphLimits.Repeats),
                module,
                [.. arguments.Items.Select(item => item.ToArgument())]);
        }
        catch (GraphException exception) when (!exception.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new GraphException($"{name}, row {index}: {exception.Message}", exception);
        }
    }

    private int WholeIn(TableValue value, int row, string what, int least, int most)
    {
        var text = (value as TableValue.Scalar)?.Text;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw WrongRow(row, $"{what} must be a whole number from {least} to {most}, not '{text ?? "nothing or a list"}'");
    }

    private bool CountsAnchors => Find("anchors") is TableValue.Scalar { Text: not null };

    private ImmutableArray<ImmutableArray<float>> Anchors()
    {
        var levels = Find("anchors") as TableValue.List
            ?? throw Wrong("anchors is missing or is neither a list with a list of widths and heights a level nor their number");
        if (levels.Items.Count is < 1 or > 8) throw Wrong($"anchors must have from 1 to 8 levels, not {levels.Items.Count}");
        var anchors = levels.Items.Select((level, i) => Level(level, i)).ToImmutableArray();
        if (anchors.Any(level => level.Length != anchors[0].Length)) throw Wrong("every level must have the same number of anchors");
        return anchors;
    }

    private ImmutableArray<float> Level(TableValue value, int level)
    {
        if (value is not TableValue.List { Items.Count: > 0 and <= 64 } list || list.Items.Count % 2 != 0)
            throw Wrong($"level {level} of anchors must be a list of from 1 to 32 pairs of width and height");
        return [.. list.Items.Select(item => Anchor(item, level))];
    }

    private float Anchor(TableValue value, int level)
        => float.TryParse((value as TableValue.Scalar)?.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var side)
            && side is > 0 and <= MaxAnchor
            ? side
            : throw Wrong($"level {level} of anchors must hold lengths above 0 and up to {MaxAnchor} pixels");

    private double Multiple(string key)
        => double.TryParse(Scalar(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var multiple)
            && multiple is > 0 and <= MaxMultiple
            ? multiple
            : throw Wrong($"{key} must be a number above 0 and up to {MaxMultiple}, not '{Scalar(key) ?? "nothing"}'");

    private Activation Activation(string key, Activation otherwise)
        => Scalar(key) is not { } text ? otherwise
            : ActivationTable.Parse(text) ?? throw Wrong($"{key} must be one of {ActivationTable.Words}, not '{text}'");

    private int Whole(string key, int least, int most)
        => int.TryParse(Scalar(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw Wrong($"{key} must be a whole number from {least} to {most}, not '{Scalar(key) ?? "nothing"}'");

    private string? Scalar(string key) => Find(key) switch
    {
        null => null,
        TableValue.Scalar scalar => scalar.Text,
        _ => throw Wrong($"{key} must be one value, not a list or map"),
    };

    private TableValue? Find(string key) => _table.Entries.TryGetValue(key, out var value) ? value : null;

    private GraphException Wrong(string reason) => new($"{name}: {reason}.");

    private GraphException WrongRow(int row, string reason) => new($"{name}, row {row}: {reason}.");
}
