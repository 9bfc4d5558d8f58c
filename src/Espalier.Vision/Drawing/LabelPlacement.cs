namespace Espalier.Vision;

/// <summary>
/// Finds places for label plates: above the box, else below, else inside, where it covers least of other plates and of
/// what is in the boxes. Everything stays within the picture.
/// </summary>
internal static class LabelPlacement
{
    // Two plates on each other make both unreadable; a plate on a box only hides a part of it.
    private const long PlateWeight = 20;

    /// <summary>A plate a box, in order.</summary>
    /// <param name="boxes">The boxes' outer frames.</param>
    /// <param name="plates">The plates' sizes; of an empty one the place does not matter.</param>
    /// <param name="width">The picture's columns.</param>
    /// <param name="height">The picture's rows.</param>
    public static PixelRectangle[] Place(IReadOnlyList<PixelRectangle> boxes, IReadOnlyList<PictureSize> plates, int width, int height)
    {
        var placed = new PixelRectangle[boxes.Count];
        for (var i = 0; i < boxes.Count; i++)
        {
            var least = long.MaxValue;
            foreach (var candidate in Candidates(boxes[i], plates[i]))
            {
                var place = candidate.Within(width, height);
                var cost = Cost(place, placed.AsSpan(0, i), boxes) + Detachment(place, boxes[i]);
                if (cost >= least) continue;
                (placed[i], least) = (place, cost);
            }
        }

        return placed;
    }

    private static IEnumerable<PixelRectangle> Candidates(PixelRectangle box, PictureSize plate)
    {
        int[] columns = [box.X, box.X + (box.Width - plate.Width) / 2, box.Right - plate.Width];
        int[] rows = [box.Y - plate.Height, box.Bottom, box.Y, box.Bottom - plate.Height, box.Y - 2 * plate.Height,
            box.Bottom + plate.Height];
        return rows.SelectMany(y => columns.Select(x => new PixelRectangle(x, y, plate.Width, plate.Height)));
    }

    private static long Cost(PixelRectangle place, ReadOnlySpan<PixelRectangle> plates, IReadOnlyList<PixelRectangle> boxes)
    {
        long cost = 0;
        foreach (var plate in plates) cost += PlateWeight * place.Overlap(plate);
        foreach (var box in boxes) cost += place.Overlap(box);
        return cost;
    }

    // A plate that does not touch its box is read as another box's: only a plate beneath it is a reason.
    private static long Detachment(PixelRectangle place, PixelRectangle box) =>
        place.Overlap(box.Grown(1)) > 0 ? 0 : 2L * place.Width * place.Height;
}
