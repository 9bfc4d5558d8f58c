using Espalier.Vision;

namespace Espalier.Streets.Layout;

/// <summary>A house number on the wall's plane, its middle at the origin unless it was moved.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Characters">From left to right, or from top to bottom.</param>
internal sealed record SceneNumber(string Text, IReadOnlyList<PlacedCharacter> Characters)
{
    /// <summary>Whether it is put together from photos.</summary>
    public bool IsPhoto => Characters.Any(character => character.Glyph.IsPhoto);

    /// <summary>The rectangle around it on the wall.</summary>
    public (double Left, double Top, double Right, double Bottom) Bounds()
    {
        var all = Characters.Select(character => character.OnWall.Bounds()).ToList();
        return (all.Min(b => b.Left), all.Min(b => b.Top), all.Max(b => b.Right), all.Max(b => b.Bottom));
    }

    /// <summary>The number elsewhere.</summary>
    public SceneNumber Moved(Homography move) =>
        this with { Characters = [.. Characters.Select(character => character with { Place = move * character.Place })] };
}
