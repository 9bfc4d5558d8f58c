namespace Espalier.Streets.Scene;

/// <summary>What a house front is made of.</summary>
internal enum WallKind
{
    Plaster,
    Brick,
    Stone,
    Planks,
    Shutter,
    Door,
    Metal,
    Tiles,
}
