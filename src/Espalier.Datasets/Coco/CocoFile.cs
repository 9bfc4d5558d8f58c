using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Core;

namespace Espalier.Datasets.Coco;

/// <summary>The parts of a COCO annotation file (Lin et al. 2014, <c>instances_*.json</c>) that tell of boxes.</summary>
/// <param name="Images">The photos.</param>
/// <param name="Annotations">Their objects, in any order.</param>
/// <param name="Categories">The classes.</param>
internal sealed record CocoFile(IReadOnlyList<CocoImage>? Images, IReadOnlyList<CocoAnnotation>? Annotations,
    IReadOnlyList<CocoCategory>? Categories)
{
    private const long MaximumBytes = 2L << 30;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 32,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="EspalierException">It is not there, too large, no JSON, or lacks images or categories.</exception>
    public static CocoFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaximumBytes)
                throw new EspalierException($"{path} has {stream.Length} bytes, a COCO file may have {MaximumBytes} at most.");
            var file = JsonSerializer.Deserialize<CocoFile>(stream, Format);
            return file is { Images: not null, Categories.Count: > 0 }
                ? file : throw new EspalierException($"{path} is no COCO file of boxes: it lacks images or categories.");
        }
        catch (JsonException exception)
        {
            throw new EspalierException(FormattableString.Invariant(
                $"{path} is no COCO file that can be read: line {exception.LineNumber + 1}, at {exception.Path}{Wanted(exception)}."),
                exception);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"{path} cannot be read: {FileProblem.Reason(exception)}.", exception);
        }
    }

    // What is no JSON at all has the reader's own exception within.
    private static string Wanted(JsonException exception) => exception.InnerException is JsonException ? "" : Member(exception.Path) switch
    {
        "id" or "image_id" or "category_id" or "width" or "height" => ", where a whole number is wanted",
        "iscrowd" => ", where 0 or 1 is wanted",
        "bbox" => ", where four numbers are wanted",
        "area" => ", where a number is wanted",
        "file_name" or "name" or "supercategory" => ", where a text is wanted",
        "images" or "annotations" or "categories" => ", where a list is wanted",
        _ => "",
    };

    /// <summary>The name at the end of a path such as <c>$.annotations[0].bbox[1]</c>.</summary>
    private static string? Member(string? path) => path?.Split('.')[^1].Split('[')[0];

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Format));

    /// <summary>Whether a file begins like one: an object whose first 64 KiB name images,
    /// annotations or categories; nothing is thrown.</summary>
    public static bool LooksLike(string path)
    {
        if (!Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) || !File.Exists(path)) return false;
        var head = new byte[1 << 16];
        try
        {
            using var stream = File.OpenRead(path);
            var text = head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
            return text.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..]
                && (text.IndexOf("\"images\""u8) >= 0 || text.IndexOf("\"annotations\""u8) >= 0 && text.IndexOf("\"bbox\""u8) >= 0);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            return false;
        }
    }
}

/// <summary>A photo.</summary>
/// <param name="Id">What annotations call it.</param>
/// <param name="FileName">Its file, perhaps with folders.</param>
/// <param name="Width">In pixels; what boxes count in. Null where the photo itself tells.</param>
/// <param name="Height">In pixels.</param>
internal sealed record CocoImage(long Id, string? FileName, int? Width, int? Height);

/// <summary>An object.</summary>
/// <param name="Id">Its own number.</param>
/// <param name="ImageId">The photo.</param>
/// <param name="CategoryId">The class.</param>
/// <param name="Bbox">Left, top, width and height in pixels.</param>
/// <param name="Area">In square pixels.</param>
/// <param name="Iscrowd">1 for a region of many objects that are not told apart.</param>
internal sealed record CocoAnnotation(long Id, long ImageId, long CategoryId, double[]? Bbox, double Area = 0,
    [property: JsonConverter(typeof(CrowdConverter))] int Iscrowd = 0)
{
    /// <summary>The box around the object's polygons; null where it has none.</summary>
    [JsonConverter(typeof(PolygonBoundsConverter))]
    public double[]? Segmentation { get; init; }
}

/// <summary>A class.</summary>
/// <param name="Id">What annotations call it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Supercategory">What it is a kind of.</param>
internal sealed record CocoCategory(long Id, string? Name, string? Supercategory = null);
