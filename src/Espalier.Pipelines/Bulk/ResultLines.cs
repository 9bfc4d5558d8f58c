using System.Text.Encodings.Web;
using System.Text.Json;

namespace Espalier.Pipelines.Bulk;

/// <summary>Results as JSON lines: <c>{"picture":"a.jpg","found":[{…}]}</c>, or <c>{"picture":"b.jpg","error":"…"}</c>.</summary>
/// <param name="columns">What is said of each thing that is found.</param>
internal sealed class ResultLines(IReadOnlyList<ResultColumn> columns)
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a line with its end.</summary>
    public void Write(Stream stream, PhotoResult result)
    {
        using (var writer = new Utf8JsonWriter(stream, Format))
        {
            writer.WriteStartObject();
            writer.WriteString("picture", result.Photo);
            if (result.Error is not null) writer.WriteString("error", result.Error);
            else WriteFound(writer, result.Found);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="JsonException">It is none that was written here.</exception>
    public PhotoResult Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var photo = root.GetProperty("picture").GetString()!;
            return root.TryGetProperty("error", out var error)
                ? new PhotoResult(photo, [], error.GetString())
                : new PhotoResult(photo, [.. root.GetProperty("found").EnumerateArray()
                    .Select(found => columns.Select(column => Value(found.GetProperty(column.Name), column.Kind)).ToArray())]);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    private void WriteFound(Utf8JsonWriter writer, IReadOnlyList<object?[]> found)
    {
        writer.WriteStartArray("found");
        foreach (var row in found)
        {
            writer.WriteStartObject();
            for (var i = 0; i < columns.Count; i++)
            {
                writer.WritePropertyName(columns[i].Name);
                switch (row[i])
                {
                    case string text: writer.WriteStringValue(text); break;
                    case int whole: writer.WriteNumberValue(whole); break;
                    case double number: writer.WriteNumberValue(number); break;
                    case bool flag: writer.WriteBooleanValue(flag); break;
                    default: writer.WriteNullValue(); break;
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static object? Value(JsonElement element, ResultKind kind) => element.ValueKind == JsonValueKind.Null ? null : kind switch
    {
        ResultKind.Text => element.GetString(),
        ResultKind.Whole => element.GetInt32(),
        ResultKind.Number => element.GetDouble(),
        _ => element.GetBoolean(),
    };
}
