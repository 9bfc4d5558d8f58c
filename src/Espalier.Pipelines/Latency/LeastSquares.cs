namespace Espalier.Pipelines.Latency;

/// <summary>Straight lines through measurements, each counted by its relative error: a node of 5 µs as much as one of 200.</summary>
internal static class LeastSquares
{
    // Where measurements do not tell two coefficients apart, the smaller ones are taken.
    private const double Ridge = 1e-4;

    /// <summary>The coefficients c for which Σ ((c · x − y) / y)² is smallest.</summary>
    /// <param name="rows">The x of each measurement and its y, above 0.</param>
    public static double[] Fit(IReadOnlyList<(double[] X, double Y)> rows)
    {
        var count = rows[0].X.Length;
        var (left, right) = (new double[count, count], new double[count]);
        foreach (var (x, y) in rows)
        {
            for (var i = 0; i < count; i++)
            {
                right[i] += x[i] / y;
                for (var j = 0; j < count; j++) left[i, j] += x[i] / y * (x[j] / y);
            }
        }

        for (var i = 0; i < count; i++) left[i, i] += (Ridge * left[i, i]) + double.Epsilon;
        return Solve(left, right);
    }

    /// <summary>Gauss's elimination; the ridge keeps every pivot above 0.</summary>
    private static double[] Solve(double[,] left, double[] right)
    {
        var count = right.Length;
        for (var pivot = 0; pivot < count; pivot++)
        {
            for (var row = pivot + 1; row < count; row++)
            {
                var factor = left[row, pivot] / left[pivot, pivot];
                right[row] -= factor * right[pivot];
                for (var column = pivot; column < count; column++) left[row, column] -= factor * left[pivot, column];
            }
        }

        for (var row = count - 1; row >= 0; row--)
        {
            for (var column = row + 1; column < count; column++) right[row] -= left[row, column] * right[column];
            right[row] /= left[row, row];
        }

        return right;
    }
}
