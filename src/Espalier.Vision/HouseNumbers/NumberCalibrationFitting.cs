using Espalier.Core;

namespace Espalier.Vision;

/// <summary>Fits a <see cref="NumberCalibration"/> to numbers of which it is known whether they are right:
/// logistic regression by Newton's method.</summary>
public static class NumberCalibrationFitting
{
    /// <summary>Fewer numbers, right or wrong, tell nothing.</summary>
    public const int Fewest = 20;

    /// <summary>The share of the right numbers that the fitted acceptance may leave unread:
    /// under a point of whole numbers where .8 of them are read right.</summary>
    public const double MayLose = 0.0125;

    // Of evidence in standard deviations: what a few numbers say by chance is held back, what hundreds say is not.
    private const double Ridge = 1;

    private const int Steps = 30;

    /// <summary>The calibration under which what was seen is most likely; its acceptance leaves unread the least confident <see
    /// cref="MayLose"/> of right numbers.</summary>
    /// <param name="numbers">What was read in a picture each, and whether it is right; in pictures without a number nothing is.</param>
    /// <exception cref="EspalierException">Fewer than <see cref="Fewest"/> are right, or wrong.</exception>
    public static NumberCalibration Fit(IReadOnlyList<(NumberEvidence Evidence, bool Right)> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var right = numbers.Count(number => number.Right);
        if (right < Fewest || numbers.Count - right < Fewest)
            throw new EspalierException($"{right} right and {numbers.Count - right} wrong numbers are too few to fit a confidence to; "
                + $"at least {Fewest} of each are needed.");
        double[][] evidence = [.. numbers.Select(number => number.Evidence.ToArray())];
        var (means, spreads) = Scale(evidence);
        double[][] rows = [.. evidence.Select(values => (double[])[1, .. values.Select((value, i) => (value - means[i]) / spreads[i])])];
        var scaled = Regress(rows, numbers);
        double[] weights = [.. scaled.Skip(1).Zip(spreads, (weight, spread) => weight / spread)];
        var bias = scaled[0] - means.Zip(weights, (mean, weight) => mean * weight).Sum();
        var fitted = new NumberCalibration(Rounded(bias), Rounded(weights[0]), Rounded(weights[1]), Rounded(weights[2]),
            Rounded(weights[3]), Rounded(weights[4]), 0);
        var confidences = numbers.Where(number => number.Right).Select(number => fitted.Confidence(number.Evidence)).Order().ToList();
        return fitted with { Acceptance = Math.Round(confidences[(int)(MayLose * confidences.Count)], 2, MidpointRounding.ToZero) };
    }

    private static double Rounded(double weight) => Math.Round(weight, 4);

    private static (double[] Means, double[] Spreads) Scale(double[][] rows)
    {
        double[] means = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Average(row => row[column]))];
        double[] spreads = [.. means.Select((mean, column) => Math.Sqrt(rows.Average(row => (row[column] - mean) * (row[column] - mean)))
            + 1e-9)];
        return (means, spreads);
    }

    private static double[] Regress(double[][] rows, IReadOnlyList<(NumberEvidence Evidence, bool Right)> numbers)
    {
        var weights = new double[rows[0].Length];
        for (var step = 0; step < Steps; step++)
        {
            var (hessian, gradient) = (new double[weights.Length, weights.Length], new double[weights.Length]);
            for (var i = 1; i < weights.Length; i++) (hessian[i, i], gradient[i]) = (Ridge, -Ridge * weights[i]);
            for (var n = 0; n < rows.Length; n++)
            {
                var likely = 1 / (1 + Math.Exp(-rows[n].Zip(weights, (value, weight) => value * weight).Sum()));
                for (var i = 0; i < weights.Length; i++)
                {
                    for (var j = 0; j < weights.Length; j++) hessian[i, j] += likely * (1 - likely) * rows[n][i] * rows[n][j];
                    gradient[i] += ((numbers[n].Right ? 1 : 0) - likely) * rows[n][i];
                }
            }

            var change = LinearEquations.Solve(hessian, gradient);
            for (var i = 0; i < weights.Length; i++) weights[i] += change[i];
        }

        return weights;
    }
}
