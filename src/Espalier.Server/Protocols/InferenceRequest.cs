using System.Globalization;
using System.Text.Json;
using Espalier.Server.Load;

namespace Espalier.Server.Protocols;

/// <summary>A request of the Open Inference Protocol to infer.</summary>
/// <param name="Id">What the client calls it; null for nothing.</param>
/// <param name="Inputs">Its tensors.</param>
/// <param name="Outputs">The outputs that are wanted and whether in binary form; null for all.</param>
/// <param name="AllBinary">Whether outputs are wanted in binary form where nothing else is said.</param>
/// <param name="Confidence">The parameter <c>confidence</c>; null where there is none.</param>
internal sealed record InferenceRequest(
    string? Id, IReadOnlyList<InferenceTensor> Inputs, IReadOnlyDictionary<string, bool>? Outputs, bool AllBinary, float? Confidence)
{
    /// <summary>The header that says where the JSON ends and the binary data begin.</summary>
    public const string LengthHeader = "Inference-Header-Content-Length";

    /// <summary>Reads a body.</summary>
    /// <param name="body">JSON, perhaps with binary data behind it.</param>
    /// <param name="jsonLength">The value of <see cref="LengthHeader"/>; empty where all is JSON.</param>
    /// <exception cref="Refusal">It is malformed.</exception>
    public static InferenceRequest Read(ReadOnlyMemory<byte> body, string jsonLength)
    {
        var length = body.Length;
        if (jsonLength.Length > 0 && !(int.TryParse(jsonLength, NumberStyles.None, CultureInfo.InvariantCulture, out length)
            && length <= body.Length))
            throw Refusal.Bad($"{LengthHeader} must be a whole number up to the length of the body.");
        try
        {
            using var document = JsonDocument.Parse(body[..length]);
            return Read(document.RootElement, body[length..]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Refusal.Bad($"The body is no JSON of an inference request.");
        }
    }

    /// <summary>Whether an output is wanted.</summary>
    public bool Wants(string output) => Outputs is null || Outputs.ContainsKey(output);

    /// <summary>Whether an output is wanted in binary form.</summary>
    public bool IsBinary(string output) => Outputs is not null && Outputs.TryGetValue(output, out var binary) ? binary : AllBinary;

    private static InferenceRequest Read(JsonElement root, ReadOnlyMemory<byte> binary)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("inputs", out var inputs)
            || inputs.ValueKind != JsonValueKind.Array)
            throw Refusal.Bad($"There are no inputs.");
        var tensors = new List<InferenceTensor>();
        foreach (var input in inputs.EnumerateArray()) tensors.Add(InferenceTensor.Read(input, ref binary));
        var allBinary = Parameter(root, "binary_data_output") is { ValueKind: JsonValueKind.True };
        Dictionary<string, bool>? outputs = null;
        if (root.TryGetProperty("outputs", out var wanted) && wanted.ValueKind == JsonValueKind.Array && wanted.GetArrayLength() > 0)
        {
            outputs = [];
            foreach (var output in wanted.EnumerateArray())
            {
                var name = output.TryGetProperty("name", out var said) ? said.GetString() : null;
                outputs[name ?? throw Refusal.Bad($"An output has no name.")] = Parameter(output, "binary_data") is { } form
                    ? form.ValueKind == JsonValueKind.True : allBinary;
            }
        }

        return new InferenceRequest(root.TryGetProperty("id", out var id) ? id.GetString() : null, tensors, outputs,
            allBinary, ReadConfidence(root));
    }

    private static float? ReadConfidence(JsonElement root)
    {
        if (Parameter(root, "confidence") is not { } said) return null;
        return said.ValueKind == JsonValueKind.Number && said.TryGetSingle(out var value) && value is >= 0 and <= 1
            ? value
            : throw Refusal.Bad($"The parameter confidence must be within 0…1.");
    }

    private static JsonElement? Parameter(JsonElement holder, string name) =>
        holder.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty(name, out var value)
            ? value
            : null;
}
