namespace Espalier.Streets.Shapes;

/// <summary>The centre line of a pen's stroke.</summary>
/// <param name="Points">At least two.</param>
/// <param name="Closed">Whether the last point is joined to the first.</param>
internal sealed record Stroke(IReadOnlyList<Point2> Points, bool Closed = false);
