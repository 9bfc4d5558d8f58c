using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Espalier.Vision;

namespace Espalier.Training;

/// <summary>One place for the sentence that refuses an option out of its range.</summary>
internal static class OptionRange
{
    /// <summary>Refuses a value that is not between two bounds, both allowed; not-a-number too.</summary>
    /// <exception cref="EspalierException">It is not.</exception>
    public static void Require(double value, double least, double most, string option)
    {
        if (!(value >= least && value <= most)) Refuse(value, least, most, option);
    }

    [DoesNotReturn]
    private static void Refuse(double value, double least, double most, string option) => throw new EspalierException(
        string.Create(CultureInfo.InvariantCulture, $"{option} is {value}, but must be {(double.IsPositiveInfinity(most) ? $"at least {least}" : $"between {least} and {most}")}."));
}
