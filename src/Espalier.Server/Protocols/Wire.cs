using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Espalier.Server.Pictures;
using Espalier.Vision;

namespace Espalier.Server.Protocols;

/// <summary>How the server's own answers are written, whatever the application's own settings are.</summary>
internal static class Wire
{
    /// <summary>camelCase, nothing for null, names of classes as they are.</summary>
    public static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = JsonTypeInfoResolver.Combine(WireTypes.Default, new DefaultJsonTypeInfoResolver()),
    };

    /// <summary>Left, top, right, bottom to a hundredth of a pixel.</summary>
    public static double[] Edges(Box box) =>
        [Math.Round(box.Left, 2), Math.Round(box.Top, 2), Math.Round(box.Right, 2), Math.Round(box.Bottom, 2)];

    /// <summary>A confidence to five digits.</summary>
    public static double Rounded(float confidence) => Math.Round(confidence, 5);

    /// <summary>Milliseconds to a microsecond.</summary>
    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}

/// <summary>What most answers are made of, generated, so that the first answer waits for no reflection.</summary>
[JsonSerializable(typeof(Answer<ReadPicture>))]
[JsonSerializable(typeof(Answer<DetectedPicture>))]
[JsonSerializable(typeof(Offer))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata)]
internal sealed partial class WireTypes : JsonSerializerContext;

/// <summary>The answer to <c>/read</c> and <c>/detect</c>.</summary>
/// <param name="Model">The model that looked.</param>
/// <param name="Pictures">In the order in which they were sent.</param>
internal sealed record Answer<T>(string Model, IReadOnlyList<T> Pictures);

/// <summary>A picture whose numbers were read.</summary>
/// <param name="Name">What the client called it.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Numbers">The most prominent first.</param>
/// <param name="Milliseconds">Where the time went.</param>
/// <param name="Error">Why it could not be read; of several pictures the others are answered all the same.</param>
internal sealed record ReadPicture(string Name, int? Width, int? Height, IReadOnlyList<ReadNumber>? Numbers, Stages? Milliseconds,
    string? Error = null);

/// <summary>A house number, as <c>espalier read --json</c> has it.</summary>
/// <param name="Text">Its digits.</param>
/// <param name="Confidence">0…1.</param>
/// <param name="Accepted">Whether it is confident enough to count as read; a best guess if not.</param>
/// <param name="Box">Left, top, right, bottom in pixels.</param>
/// <param name="Lines">Its digits, line by line.</param>
internal sealed record ReadNumber(string Text, double Confidence, bool Accepted, double[] Box,
    IReadOnlyList<IReadOnlyList<ReadGlyph>> Lines)
{
    public static ReadNumber Of(HouseNumber number, IReadOnlyList<string> names) => new(
        number.Text,
        Wire.Rounded(number.Confidence),
        number.IsAccepted,
        Wire.Edges(number.Box),
        [.. number.Lines.Select(line => line.Select(digit => ReadGlyph.Of(digit, names)).ToList())]);
}

/// <summary>A digit.</summary>
/// <param name="Digit">Which.</param>
/// <param name="Confidence">0…1.</param>
/// <param name="Box">Left, top, right, bottom in pixels.</param>
/// <param name="Alternatives">What else it might be.</param>
internal sealed record ReadGlyph(string Digit, double Confidence, double[] Box, IReadOnlyList<Alternative> Alternatives)
{
    public static ReadGlyph Of(ReadDigit digit, IReadOnlyList<string> names) => new(
        names[digit.Class],
        Wire.Rounded(digit.Confidence),
        Wire.Edges(digit.Box),
        [.. digit.Alternatives.Select(other => new Alternative(names[other.Class], Wire.Rounded(other.Confidence)))]);
}

/// <summary>Another reading of a digit.</summary>
/// <param name="Digit">Which.</param>
/// <param name="Confidence">0…1.</param>
internal sealed record Alternative(string Digit, double Confidence);

/// <summary>A picture whose objects were found.</summary>
/// <param name="Name">What the client called it.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Objects">The most confident first.</param>
/// <param name="Milliseconds">Where the time went.</param>
/// <param name="Error">Why it could not be looked at.</param>
internal sealed record DetectedPicture(string Name, int? Width, int? Height, IReadOnlyList<DetectedObject>? Objects,
    Stages? Milliseconds, string? Error = null);

/// <summary>An object.</summary>
/// <param name="Class">The class's index.</param>
/// <param name="Name">The class's name.</param>
/// <param name="Confidence">0…1.</param>
/// <param name="Box">Left, top, right, bottom in pixels.</param>
internal sealed record DetectedObject(int Class, string Name, double Confidence, double[] Box)
{
    public static DetectedObject Of(Detection found, IReadOnlyList<string> names) =>
        new(found.Class, names[found.Class], Wire.Rounded(found.Confidence), Wire.Edges(found.Box));
}

/// <summary>Milliseconds of one picture.</summary>
/// <param name="Queue">Waiting for a worker.</param>
/// <param name="Decode">Decoding.</param>
/// <param name="Letterbox">Resizing and padding.</param>
/// <param name="Network">The network.</param>
/// <param name="Suppression">Non-maximum suppression.</param>
internal sealed record Stages(double Queue, double Decode, double Letterbox, double Network, double Suppression)
{
    public static Stages Of(LookedAt seen) => new(
        Wire.Milliseconds(seen.Queue),
        Wire.Milliseconds(seen.Decode),
        Wire.Milliseconds(seen.Times.Letterbox),
        Wire.Milliseconds(seen.Times.Network),
        Wire.Milliseconds(seen.Times.Suppression));
}

/// <summary>A served model.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Classes">The names of its classes.</param>
/// <param name="ImageSize">The side in pixels that it was trained for.</param>
/// <param name="ReadsNumbers">Whether <c>/read</c> takes it.</param>
/// <param name="LeastConfidence">What it finds at all: requests cannot ask for less.</param>
internal sealed record ModelCard(string Name, IReadOnlyList<string> Classes, int ImageSize, bool ReadsNumbers, float LeastConfidence);

/// <summary>What the server offers.</summary>
/// <param name="Models">The first is meant where a request names none.</param>
/// <param name="TakesCorrections">Whether <c>/corrections</c> saves.</param>
internal sealed record Offer(IReadOnlyList<ModelCard> Models, bool TakesCorrections);
