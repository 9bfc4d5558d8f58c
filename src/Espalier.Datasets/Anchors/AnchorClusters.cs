using Espalier.Core;

namespace Espalier.Datasets.Anchors;

/// <summary>k-means on box sizes, with width and height each divided by its standard deviation.</summary>
internal static class AnchorClusters
{
    private const int Iterations = 30;

    /// <summary>The centres of clusters, begun at random boxes.</summary>
    /// <param name="boxes">At least as many as clusters.</param>
    /// <param name="count">Clusters.</param>
    /// <param name="random">Advanced.</param>
    public static AnchorSize[] Find(ReadOnlySpan<AnchorSize> boxes, int count, ref KeyedRandom random)
    {
        var (deviationX, deviationY) = Deviations(boxes);
        var centers = Begin(boxes, count, deviationX, deviationY, ref random);
        var sums = new (double Width, double Height, int Count)[count];
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            Array.Clear(sums);
            foreach (var box in boxes)
            {
                ref var sum = ref sums[Nearest(box, centers, deviationX, deviationY).Index];
                sum = (sum.Width + box.Width, sum.Height + box.Height, sum.Count + 1);
            }

            for (var i = 0; i < count; i++)
            {
                // A cluster that lost all its boxes stays where it was.
                if (sums[i].Count == 0) continue;
                centers[i] = new AnchorSize((float)(sums[i].Width / sums[i].Count), (float)(sums[i].Height / sums[i].Count));
            }
        }

        return centers;
    }

    /// <summary>k-means++ (Arthur and Vassilvitskii 2007):
    /// each next centre a box drawn by its squared distance to those there are.</summary>
    private static AnchorSize[] Begin(
        ReadOnlySpan<AnchorSize> boxes, int count, double deviationX, double deviationY, ref KeyedRandom random)
    {
        var centers = new AnchorSize[count];
        centers[0] = boxes[random.NextIndex(boxes.Length)];
        var upTo = new double[boxes.Length];
        for (var chosen = 1; chosen < count; chosen++)
        {
            double total = 0;
            for (var i = 0; i < boxes.Length; i++)
            {
                upTo[i] = total += Nearest(boxes[i], centers.AsSpan(0, chosen), deviationX, deviationY).Distance;
            }

            var mark = random.NextUnit() * total;
            var next = 0;
            while (next < boxes.Length - 1 && upTo[next] <= mark) next++;
            centers[chosen] = boxes[next];
        }

        return centers;
    }

    private static (int Index, double Distance) Nearest(
        AnchorSize box, ReadOnlySpan<AnchorSize> centers, double deviationX, double deviationY)
    {
        var (index, distance) = (0, double.MaxValue);
        for (var i = 0; i < centers.Length; i++)
        {
            var x = (box.Width - centers[i].Width) / deviationX;
            var y = (box.Height - centers[i].Height) / deviationY;
            var candidate = x * x + y * y;
            if (candidate < distance) (index, distance) = (i, candidate);
        }

        return (index, distance);
    }

    private static (double X, double Y) Deviations(ReadOnlySpan<AnchorSize> boxes)
    {
        double sumX = 0, sumY = 0, squaresX = 0, squaresY = 0;
        foreach (var box in boxes) (sumX, sumY) = (sumX + box.Width, sumY + box.Height);
        var (meanX, meanY) = (sumX / boxes.Length, sumY / boxes.Length);
        foreach (var box in boxes)
        {
            squaresX += (box.Width - meanX) * (box.Width - meanX);
            squaresY += (box.Height - meanY) * (box.Height - meanY);
        }

        return (Positive(Math.Sqrt(squaresX / boxes.Length)), Positive(Math.Sqrt(squaresY / boxes.Length)));

        // Boxes all of one width have no spread to divide by; any number does.
        static double Positive(double deviation) => deviation > 0 ? deviation : 1;
    }
}
