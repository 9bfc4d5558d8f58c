using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Espalier.Networks;

/// <summary>
/// What an emitted file says about itself. <c>stride</c> and <c>names</c> stand as YOLOv5's own exporter writes them, so that its users' programs
/// understand the file; the rest is under <c>espalier.</c>.
/// </summary>
internal static class OnnxMetadata
{
    /// <summary>Key and value, ordered by key.</summary>
    public static ImmutableSortedDictionary<string, string> Of(Checkpoint checkpoint, OnnxOptions options)
    {
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        facts["stride"] = Number(checkpoint.Stride);
        facts["names"] = PythonNames(checkpoint.ClassNames);
        facts["espalier.version"] = "1";
        facts["espalier.names"] = TextList.Write(checkpoint.ClassNames);
        facts["espalier.imageSize"] = Number(checkpoint.ImageSize);
        facts["espalier.anchors"] = JsonSerializer.Serialize(checkpoint.Graph.Detect.Anchors);
        facts["espalier.strides"] = JsonSerializer.Serialize(checkpoint.Graph.Detect.Strides);
        facts["espalier.graph.sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkpoint.Graph.ToJson())));
        facts["espalier.precision"] = options.Quantisation is not null ? "int8" : options.Precision == WeightPrecision.Half ? "float16" : "float32";
        if (options.Quantisation is { } plan) facts["espalier.quantisation"] = new JsonObject { ["weightBits"] = plan.WeightBits, ["keptFloat"] = new JsonArray([.. plan.KeptFloat.Select(name => JsonValue.Create(name))]) }.ToJsonString();
        if (options.Interface == OnnxInterface.Bytes) facts["espalier.interface"] = "bytes";
        if (options.Suppression is { } suppression)
        {
            facts["espalier.nms"] = new JsonObject
            {
                ["confidence"] = suppression.Confidence,
                ["iou"] = suppression.IoU,
                ["agnostic"] = suppression.Agnostic,
                ["maximumDetections"] = suppression.MaximumDetections,
            }.ToJsonString();
        }

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

    /// <summary>A dictionary as Python prints it: <c>{0: 'person', 1: 'bicycle'}</c>.</summary>
    private static string PythonNames(ImmutableArray<string> names)
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < names.Length; i++)
        {
            if (i > 0) text.Append(", ");
            var escaped = names[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{i}: '{escaped}'");
        }

        return text.Append('}').ToString();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
