namespace Espalier.Training.Losses;

/// <summary>A target given to one anchor of one cell. Lengths are in cells of the level.</summary>
/// <param name="Image">The picture's place in the batch.</param>
/// <param name="Anchor">The anchor's index in its level.</param>
/// <param name="Row">The cell's row.</param>
/// <param name="Column">The cell's column.</param>
/// <param name="Class">The target's class.</param>
/// <param name="X">The target's centre, from the cell's left edge: −0.5 … 1.5.</param>
/// <param name="Y">The target's centre, from the cell's upper edge: −0.5 … 1.5.</param>
/// <param name="Width">The target's width.</param>
/// <param name="Height">The target's height.</param>
internal readonly record struct TargetMatch(int Image, int Anchor, int Row, int Column, int Class, float X, float Y,
    float Width, float Height);
