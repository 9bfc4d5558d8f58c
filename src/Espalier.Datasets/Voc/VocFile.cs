using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Voc;

/// <summary>A photo's annotation file in the form of Pascal VOC (Everingham et al. 2010).</summary>
/// <param name="PhotoName">The photo's file name, perhaps without its ending; null where the file does not say.</param>
/// <param name="Width">Columns that edges count in; null where the photo itself tells.</param>
/// <param name="Height">Rows, likewise.</param>
/// <param name="Objects">Its objects.</param>
internal sealed record VocFile(string? PhotoName, int? Width, int? Height, ImmutableArray<VocObject> Objects)
{
    private const string Root = "annotation";
    private const int MaximumCharacters = 1 << 26;
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        MaxCharactersInDocument = MaximumCharacters,
        XmlResolver = null,
    };

    /// <summary>Whether a file is one, by its ending and its outermost element; nothing is thrown.</summary>
    public static bool LooksLike(string path)
    {
        if (!Path.GetExtension(path).Equals(".xml", StringComparison.OrdinalIgnoreCase)) return false;
        try
        {
            using var stream = File.OpenRead(path);
            using var reader = XmlReader.Create(stream, Settings);
            return reader.MoveToContent() == XmlNodeType.Element && reader.Name == Root;
        }
        catch (Exception exception) when (exception is XmlException || FileProblem.Is(exception))
        {
            return false;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="EspalierException">It cannot be read, or is no XML; the message follows the file's name.</exception>
    public static VocFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var reader = XmlReader.Create(stream, Settings);
            var root = XDocument.Load(reader).Root!;
            var database = Text(root.Element("source")?.Element("database"));
            return new VocFile(Text(root.Element("filename")), Whole(root.Element("size")?.Element("width")),
                Whole(root.Element("size")?.Element("height")),
                [.. root.Elements("object").Select(element => VocObject.Of(element, countsPixels: IsChallenge(database)))]);
        }
        catch (XmlException exception)
        {
            throw new EspalierException(
                FormattableString.Invariant($"is no XML that can be read: line {exception.LineNumber}."), exception);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"cannot be read: {FileProblem.Reason(exception)}.", exception);
        }
    }

    /// <summary>The labels of the photo.</summary>
    /// <param name="size">Of the photo.</param>
    /// <param name="classes">The index of each class.</param>
    public LabelClaim[] Claims(PictureSize size, IReadOnlyDictionary<string, int> classes)
    {
        var stated = StatedSize.Or(Width, Height, size);
        return [.. Objects.Select((item, index) => Claim(new LabelClaim("object", index + 1, default), item, stated))];

        LabelClaim Claim(LabelClaim claim, VocObject item, PictureSize stated)
        {
            if (item.Edges is not [var left, var top, var right, var bottom])
                return claim.Faulty(FindingKind.SenselessLabel, $"has no box of four edges");
            if (!double.IsFinite(left + top + right + bottom))
                return claim.Faulty(FindingKind.SenselessLabel, $"has edges that are no numbers");
            if (!StatedSize.Fits(stated, size)) return claim.Faulty(FindingKind.SenselessLabel, StatedSize.Misfit(stated, size));
            if (item.Name is null) return claim.Faulty(FindingKind.WrongClass, $"has no name");
            return claim with { Row = LabelRow.OfPixels(classes[item.Name], left, top, right - left, bottom - top, stated) };
        }
    }

    /// <summary>An element's text; null where there is none.</summary>
    internal static string? Text(XElement? element) => element?.Value.Trim() is { Length: > 0 } text ? text : null;

    // The challenge's own files name their year: "The VOC2007 Database". Tools that write the form say "Unknown" or their own name.
    private static bool IsChallenge(string? database) => database?.StartsWith("The VOC", StringComparison.Ordinal) == true;

    private static int? Whole(XElement? element) =>
        int.TryParse(Text(element), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;
}

/// <summary>An object. One that is difficult is an object like any other; its parts are none.</summary>
/// <param name="Name">Its class; null where it has none.</param>
/// <param name="Edges">Left, top, right and bottom in pixels, from the photo's corner; NaN for what is no number; null where it has no box.
/// </param>
internal sealed record VocObject(string? Name, double[]? Edges)
{
    private static readonly string[] EdgeNames = ["xmin", "ymin", "xmax", "ymax"];

    /// <summary>The object of an element.</summary>
    /// <param name="element">The element.</param>
    /// <param name="countsPixels">Whether edges are the first and the last pixel, counted from 1, as the challenge has them; otherwise they
    /// are where the box begins and ends.</param>
    public static VocObject Of(XElement element, bool countsPixels)
    {
        var texts = Array.ConvertAll(EdgeNames, name => VocFile.Text(element.Element("bndbox")?.Element(name)));
        if (texts.Contains(null)) return new VocObject(VocFile.Text(element.Element("name")), null);
        var edges = Array.ConvertAll(texts,
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN);
        if (countsPixels) (edges[0], edges[1]) = (edges[0] - 1, edges[1] - 1);
        return new VocObject(VocFile.Text(element.Element("name")), edges);
    }
}
