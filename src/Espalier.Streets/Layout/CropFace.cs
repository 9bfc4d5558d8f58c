using Espalier.Streets.Glyphs;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Layout;

/// <summary>
/// Stands for photos of digits: the shape of each is the upright rectangle that is cut out of its photo, as wide as SVHN's boxes of that
/// digit are at the median.
/// </summary>
internal sealed class CropFace : IFace
{
    /// <inheritdoc/>
    public string Name => "photos";

    /// <inheritdoc/>
    public bool HasLetters => false;

    /// <inheritdoc/>
    public double Spacing => .02;

    /// <inheritdoc/>
    public Glyph Draw(char character) =>
        new(new Outline([ConvexPolygon.Rectangle(0, 0, SvhnTables.Aspects[character - '0'], 1)]), null) { IsPhoto = true };
}
