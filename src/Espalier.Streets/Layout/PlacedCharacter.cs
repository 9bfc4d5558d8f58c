using Espalier.Streets.Glyphs;
using Espalier.Streets.Shapes;
using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>A character with its place on the wall.</summary>
/// <param name="Character">A digit, letter or dash.</param>
/// <param name="Glyph">Its shape, capital height one.</param>
/// <param name="Place">From the glyph's coordinates to the wall's, in digit heights.</param>
internal sealed record PlacedCharacter(char Character, Glyph Glyph, Homography Place)
{
    /// <summary>The outline on the wall.</summary>
    public Outline OnWall => Glyph.Body.Through(Place);
}
