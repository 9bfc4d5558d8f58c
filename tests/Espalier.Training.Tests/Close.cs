namespace Espalier.Tests;

internal static class Close
{
    /// <summary>The oracle's tolerance: 1e-4 of the value, and as much of the last printed digit.</summary>
    public static void Equal(double expected, double actual, double relative = 1e-4, double absolute = 2e-6) =>
        Assert.True(
            Math.Abs(expected - actual) <= Math.Max(Math.Abs(expected) * relative, absolute),
            $"expected {expected:R}, got {actual:R}");
}
