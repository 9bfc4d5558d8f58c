namespace Espalier.Core;

/// <summary>Small systems of linear equations whose matrix is symmetric and positive definite, as those of regressions are.</summary>
internal static class LinearEquations
{
    /// <summary>The x for which A x = b, by Gauss's elimination; no row need be exchanged.</summary>
    /// <param name="matrix">A, n × n; overwritten.</param>
    /// <param name="right">b, n numbers; overwritten by x.</param>
    /// <returns><paramref name="right"/>.</returns>
    public static double[] Solve(double[,] matrix, double[] right)
    {
        var count = right.Length;
        for (var pivot = 0; pivot < count; pivot++)
        {
            for (var row = pivot + 1; row < count; row++)
            {
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                right[row] -= factor * right[pivot];
                for (var column = pivot; column < count; column++) matrix[row, column] -= factor * matrix[pivot, column];
            }
        }

        for (var row = count - 1; row >= 0; row--)
        {
            for (var column = row + 1; column < count; column++) right[row] -= matrix[row, column] * right[column];
            right[row] /= matrix[row, row];
        }

        return right;
    }
}
