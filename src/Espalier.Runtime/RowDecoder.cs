using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>Makes of a file's own rows those that suppression takes: centre x, y, width, height, objectness, class probabilities.</summary>
/// <param name="classes">How many classes.</param>
internal abstract class RowDecoder(int classes)
{
    /// <summary>How many classes.</summary>
    protected int Classes { get; } = classes;

    /// <summary>Numbers of a decoded row.</summary>
    protected int Columns => NonMaximumSuppression.BoxAndObjectness + Classes;

    /// <summary>The decoder for a file; null where its rows need none.</summary>
    public static RowDecoder? For(NetworkFacts facts) => facts.Layout.Kind switch
    {
        OutputKind.RawRows => new RawHeadDecoder(facts.RawHeads!, facts.ClassNames.Length),
        OutputKind.CellColumns => new CellColumnDecoder(facts.ClassNames.Length),
        OutputKind.EndToEnd => new EndToEndDecoder(facts.ClassNames.Length),
        _ => null,
    };

    /// <summary>How many numbers the decoded rows of a picture take.</summary>
    /// <param name="length">How many numbers the file gives for it.</param>
    public abstract int DecodedLength(int length);

    /// <summary>Decodes one picture's rows that can reach a threshold;
    /// rows that are no numbers come along, for whoever counts them.</summary>
    /// <param name="rows">What the file gives for the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="threshold">0…1.</param>
    /// <param name="decoded">Receives them, one after another; <see cref="DecodedLength"/> numbers suffice.</param>
    /// <returns>How many numbers were written.</returns>
    public abstract int DecodeAbove(ReadOnlySpan<float> rows, int height, int width, float threshold, Span<float> decoded);

    /// <summary>Decodes all of one picture's rows in YOLOv5's order: level, anchor, row, column.</summary>
    /// <param name="rows">What the file gives for the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="decoded">Receives them; <see cref="DecodedLength"/> numbers.</param>
    public abstract void DecodeAll(ReadOnlySpan<float> rows, int height, int width, Span<float> decoded);
}
