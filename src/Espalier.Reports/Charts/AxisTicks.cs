using System.Globalization;

namespace Espalier.Reports.Charts;

/// <summary>Round values along an axis: steps of 1, 2 or 5 times a power of ten.</summary>
/// <param name="Step">From one to the next.</param>
/// <param name="Values">Ascending, within the axis' range.</param>
internal sealed record AxisTicks(double Step, IReadOnlyList<double> Values)
{
    /// <summary>Ticks for a range.</summary>
    /// <param name="minimum">The range's start.</param>
    /// <param name="maximum">Its end, above the start.</param>
    /// <param name="most">The most ticks there is room for, at least 2.</param>
    /// <param name="whole">Whether only whole numbers will do.</param>
    public static AxisTicks Between(double minimum, double maximum, int most, bool whole = false)
    {
        var step = StepFor((maximum - minimum) / Math.Max(most - 1, 1));
        if (whole) step = Math.Max(step, 1);
        var first = Math.Ceiling(minimum / step - 1e-9);
        var last = Math.Floor(maximum / step + 1e-9);
        return new AxisTicks(step, [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)]);
    }

    /// <summary>The first round value at or above one.</summary>
    public static double RoundUp(double value)
    {
        if (value <= 0) return 1;
        var step = StepFor(value / 5);
        return Math.Ceiling(value / step - 1e-9) * step;
    }

    /// <summary>A tick's text, with as many decimals as the step has.</summary>
    public string Text(double value)
    {
        var decimals = Math.Clamp((int)-Math.Floor(Math.Log10(Step) + 1e-9), 0, 6);
        if (Math.Abs(value) < Step / 1000) value = 0;
        return value >= 10_000
            ? (value / 1000).ToString("0.##", CultureInfo.InvariantCulture) + "k"
            : value.ToString("F" + decimals, CultureInfo.InvariantCulture);
    }

    private static double StepFor(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5])
        {
            if (factor * power >= atLeast * (1 - 1e-9)) return factor * power;
        }

        return 10 * power;
    }
}
