using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Espalier.Core.Options;

namespace Espalier.Core.Metadata;

/// <summary>
/// What a detector says of itself in an ONNX file of ours, under <c>espalier.</c>: written and read here alone. What any exporter says,
/// <c>stride</c> and <c>names</c>, stands beside it.
/// </summary>
internal sealed record DetectorMetadata
{
    /// <summary>The key by which a file of ours is known.</summary>
    public const string VersionKey = "espalier.version";

    /// <summary>The key of the class names, a JSON list; as in checkpoints.</summary>
    public const string NamesKey = "espalier.names";

    /// <summary>The key of the side in pixels that the network was trained for; as in checkpoints.</summary>
    public const string ImageSizeKey = "espalier.imageSize";

    private const string AnchorsKey = "espalier.anchors", StridesKey = "espalier.strides";
    private const string InterfaceKey = "espalier.interface", Bytes = "bytes", SuppressionKey = "espalier.nms";

    /// <summary>Pixels per cell, a level each.</summary>
    public required ImmutableArray<int> Strides { get; init; }

    /// <summary>Width, height, width, height … in pixels, a level each.</summary>
    public required ImmutableArray<ImmutableArray<float>> Anchors { get; init; }

    /// <summary>Whether pictures are handed in as bytes, and raw rows come out, which strides and anchors turn into boxes.</summary>
    public required bool TakesBytes { get; init; }

    /// <summary>Suppression inside the network: confidence, overlap,
    /// whether classes suppress each other, detections; null without.</summary>
    public required NmsOptions? Suppression { get; init; }

    /// <summary>Adds it to a file's metadata.</summary>
    public void Write(IDictionary<string, string> metadata)
    {
        metadata[AnchorsKey] = List(Anchors.Select(level => List(level.Select(side => JsonValue.Create(side))))).ToJsonString();
        metadata[StridesKey] = List(Strides.Select(stride => JsonValue.Create(stride))).ToJsonString();
        if (TakesBytes) metadata[InterfaceKey] = Bytes;
        if (Suppression is not { } nms) return;
        metadata[SuppressionKey] = new JsonObject
        {
            ["confidence"] = nms.Confidence,
            ["iou"] = nms.IoU,
            ["agnostic"] = nms.Agnostic,
            ["maximumDetections"] = nms.MaximumDetections,
        }.ToJsonString();
    }

    /// <summary>Reads it. Strides and anchors are empty where pictures are not handed in as bytes:
    /// nothing is decoded with them then.</summary>
    /// <param name="metadata">The file's metadata.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="EspalierException">Something cannot be read, or does not go together.</exception>
    public static DetectorMetadata Read(IReadOnlyDictionary<string, string> metadata, string name)
    {
        var takesBytes = metadata.TryGetValue(InterfaceKey, out var kind) && kind == Bytes;
        var read = new DetectorMetadata
        {
            Strides = takesBytes ? Parse(metadata, StridesKey, ListOf(item => item.GetInt32()), StridesAndAnchors, name) : [],
            Anchors = takesBytes ? Parse(metadata, AnchorsKey, ListOf(ListOf(item => item.GetSingle())), StridesAndAnchors, name) : [],
            TakesBytes = takesBytes,
            Suppression = metadata.ContainsKey(SuppressionKey)
                ? Parse(metadata, SuppressionKey, ReadSuppression, "what it says of its suppression", name)
                : null,
        };
        return !takesBytes || read.HasHeads
            ? read : throw new EspalierException($"{name} is damaged: {StridesAndAnchors} do not go together.");
    }

    private const string StridesAndAnchors = "its strides and anchors";

    private bool HasHeads => Strides.Length > 0 && Strides.Length == Anchors.Length && Strides.All(stride => stride > 0)
        && Anchors.All(level => level.Length > 0 && level.Length % 2 == 0);

    private static NmsOptions ReadSuppression(JsonElement root) => new()
    {
        Confidence = root.GetProperty("confidence").GetSingle(),
        IoU = root.GetProperty("iou").GetSingle(),
        Agnostic = root.GetProperty("agnostic").GetBoolean(),
        MaximumDetections = root.GetProperty("maximumDetections").GetInt32(),
    };

    private static JsonArray List(IEnumerable<JsonNode> items) => new([.. items]);

    private static Func<JsonElement, ImmutableArray<T>> ListOf<T>(Func<JsonElement, T> item) => list =>
    {
        // Every file that is opened passes here: the generic methods of a query would be compiled at each start of a program.
        var (items, next) = (new T[list.GetArrayLength()], 0);
        foreach (var element in list.EnumerateArray()) items[next++] = item(element);
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
    };

    private static T Parse<T>(IReadOnlyDictionary<string, string> metadata, string key, Func<JsonElement, T> read, string what, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(metadata[key]);
            return read(document.RootElement);
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EspalierException($"{name} is damaged: {what} cannot be read.", exception);
        }
    }
}
