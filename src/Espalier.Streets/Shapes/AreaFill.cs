namespace Espalier.Streets.Shapes;

/// <summary>
/// Fills polygons by the signed areas that their edges cut off each pixel, summed along the row (Levien's font-rs). Only additions
/// and multiplications of doubles, so every machine gets the same numbers.
/// </summary>
internal static class AreaFill
{
    /// <summary>Fills a shape into a coverage that is empty so far.</summary>
    public static void Fill(Outline outline, Coverage coverage)
    {
        var sums = new double[coverage.Width * coverage.Height + 2];
        foreach (var polygon in outline.Polygons)
        {
            for (var i = 0; i < polygon.Length; i++)
            {
                var (a, b) = (polygon[i], polygon[(i + 1) % polygon.Length]);
                AddEdge(sums, coverage, a.X - coverage.Left, a.Y - coverage.Top, b.X - coverage.Left, b.Y - coverage.Top);
            }
        }

        for (var y = 0; y < coverage.Height; y++)
        {
            double sum = 0;
            for (var x = 0; x < coverage.Width; x++)
            {
                var i = y * coverage.Width + x;
                sum += sums[i];
                coverage.Values[i] = (float)Math.Min(Math.Abs(sum), 1);
            }
        }
    }

    private static void AddEdge(double[] sums, Coverage coverage, double x0, double y0, double x1, double y1)
    {
        if (y0 == y1) return;
        var sign = 1.0;
        if (y0 > y1) (x0, y0, x1, y1, sign) = (x1, y1, x0, y0, -1);
        var slope = (x1 - x0) / (y1 - y0);
        if (y0 < 0) (x0, y0) = (x0 - y0 * slope, 0);
        var last = Math.Min(coverage.Height, (int)Math.Ceiling(Math.Min(y1, coverage.Height)));
        var x = x0;
        for (var y = (int)y0; y < last; y++)
        {
            var from = Math.Max(y, y0);
            var share = Math.Min(y + 1, y1) - from;
            if (share <= 0) continue;
            var next = x + slope * share;
            AddSpan(sums.AsSpan(y * coverage.Width), coverage.Width, sign * share, Math.Min(x, next), Math.Max(x, next));
            x = next;
        }
    }

    // One edge within one row, from left to right: what it covers of the pixels it crosses, and all that lies to the right of it.
    private static void AddSpan(Span<double> row, int width, double area, double left, double right)
    {
        if (left >= width) return;
        if (right <= 0)
        {
            row[0] += area;
            return;
        }

        if (left < 0 || right > width)
        {
            AddCut(row, width, area, left, right);
            return;
        }

        var first = (int)left;
        var last = (int)Math.Ceiling(right);
        if (last <= first + 1)
        {
            var middle = (left + right) / 2 - first;
            row[first] += area * (1 - middle);
            if (first + 1 < width) row[first + 1] += area * middle;
            return;
        }

        var perPixel = area / (right - left);
        double before = 0;
        for (var i = first; i < last; i++)
        {
            // Area to the left of the edge within pixel i, integrated over the part of the row where the edge is in it or before it.
            var (a, b) = (Math.Max(left, i), Math.Min(right, i + 1));
            var covered = before + perPixel * (b - a) * (1 - ((a + b) / 2 - i));
            before += perPixel * (b - a);
            row[i] += covered;
            if (i + 1 < width) row[i + 1] += i + 1 < last ? -covered : before - covered;
        }
    }

    private static void AddCut(Span<double> row, int width, double area, double left, double right)
    {
        var perPixel = area / (right - left);
        if (left < 0) row[0] += perPixel * -left;
        var (from, to) = (Math.Max(left, 0), Math.Min(right, width));
        if (to > from) AddSpan(row, width, perPixel * (to - from), from, to);
    }
}
