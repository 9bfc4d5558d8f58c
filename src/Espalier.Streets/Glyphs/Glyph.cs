using Espalier.Streets.Shapes;

namespace Espalier.Streets.Glyphs;

/// <summary>A drawn character. Capital height is one: it stands between y = 0 and y = 1 unless its face lets it descend.</summary>
/// <param name="Body">All that is painted.</param>
/// <param name="Inner">Where the face is drawn in outline, its hollow; where it is inlined, the line within; else null.</param>
/// <param name="Stencil">Whether bridges interrupt it.</param>
internal sealed record Glyph(Outline Body, Outline? Inner, bool Stencil = false)
{
    /// <summary>Whether a photo is put into the shape instead of painting it.</summary>
    public bool IsPhoto { get; init; }
}
