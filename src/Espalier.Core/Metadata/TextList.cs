using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Espalier.Core.Metadata;

/// <summary>A list of texts as JSON.</summary>
internal static class TextList
{
    /// <summary>The JSON of a list.</summary>
    public static string Write(ImmutableArray<string> texts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var text in texts) json.WriteStringValue(text);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The list of a JSON text, or null where it is none.</summary>
    public static ImmutableArray<string>? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                && document.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. document.RootElement.EnumerateArray().Select(item => item.GetString()!)]
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
