using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Espalier.Core.Metadata;

namespace Espalier.Networks;

/// <summary>
/// What an emitted file says about itself. <c>stride</c> and <c>names</c> stand as YOLOv5's own exporter writes them, so that its users'
/// programs understand the file; the rest is under <c>espalier.</c>.
/// </summary>
internal static class OnnxMetadata
{
    /// <summary>Key and value, ordered by key.</summary>
    public static ImmutableSortedDictionary<string, string> Of(Checkpoint checkpoint, OnnxOptions options)
    {
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        facts["stride"] = Number(checkpoint.Stride);
        facts["names"] = PythonNames(checkpoint.ClassNames);
        facts[DetectorMetadata.VersionKey] = "1";
        facts[DetectorMetadata.NamesKey] = TextList.Write(checkpoint.ClassNames);
        facts[DetectorMetadata.ImageSizeKey] = Number(checkpoint.ImageSize);
        new DetectorMetadata
        {
            Strides = checkpoint.Graph.Detect.Strides,
            Anchors = checkpoint.Graph.Detect.Anchors,
            TakesBytes = options.Interface == OnnxInterface.Bytes,
            Suppression = options.Suppression,
        }.Write(facts);
        facts["espalier.graph.sha256"] = checkpoint.Graph.Hash();
        facts["espalier.precision"] = options.Quantization is not null ? "int8" : options.Precision == WeightPrecision.Half
            ? "float16" : "float32";
        if (options.Quantization is { } plan)
            facts["espalier.quantisation"] = new JsonObject
            {
                ["weightBits"] = plan.WeightBits,
                ["keptFloat"] = new JsonArray([.. plan.KeptFloat.Select(name => JsonValue.Create(name))]),
            }.ToJsonString();

        // How it was trained: the options as they were, the last epoch's numbers.
        foreach (var (key, value) in checkpoint.Properties) facts[$"espalier.training.{key}"] = LastOfHistory(value);
        return facts.ToImmutable();
    }

    /// <summary>A history of epochs is kept by its last record alone; every other property as it is.</summary>
    private static string LastOfHistory(string value)
    {
        if (!value.StartsWith('[')) return value;
        try
        {
            return JsonNode.Parse(value) is JsonArray { Count: > 0 } records ? records[^1]!.ToJsonString() : value;
        }
        catch (JsonException)
        {
            return value;
        }
    }

    /// <summary>A dictionary as Python reads it: <c>{0: 'person', 1: 'bicycle'}</c>. A line's end or a zero in a text ends the reading.
    /// </summary>
    private static string PythonNames(ImmutableArray<string> names)
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < names.Length; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(CultureInfo.InvariantCulture, $"{i}: '").AppendJoin("", names[i].Select(Escaped)).Append('\'');
        }

        return text.Append('}').ToString();

        static string Escaped(char letter) => letter is '\\' or '\'' ? $"\\{letter}"
            : char.IsControl(letter) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}") : $"{letter}";
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
