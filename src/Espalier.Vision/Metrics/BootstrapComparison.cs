namespace Espalier.Vision;

/// <summary>How a metric differs between two result sets over the same pictures, and how sure that is.</summary>
/// <param name="First">The metric of the first set.</param>
/// <param name="Second">The metric of the second set.</param>
/// <param name="Lower">The 2.5th percentile of second − first over the resamples.</param>
/// <param name="Upper">The 97.5th percentile.</param>
/// <param name="Resamples">How many times the pictures were drawn anew.</param>
public sealed record BootstrapComparison(double First, double Second, double Lower, double Upper, int Resamples)
{
    /// <summary>Second − first: positive where the second set is better.</summary>
    public double Difference => Second - First;

    /// <summary>Whether the 95 % interval leaves out 0.</summary>
    public bool IsSignificant => Lower > 0 || Upper < 0;
}
