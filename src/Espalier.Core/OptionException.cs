namespace Espalier.Core;

/// <summary>An option lies outside its range. The message names option, value and range; the command exits with code 2.</summary>
public sealed class OptionException : EspalierException
{
    /// <inheritdoc cref="OptionException"/>
    public OptionException(string message)
        : base(message)
    {
    }

    /// <summary>Throws unless <paramref name="value"/> lies within
    /// [<paramref name="minimum"/>, <paramref name="maximum"/>]; NaN never does.</summary>
    /// <param name="value">The value given.</param>
    /// <param name="minimum">The smallest value allowed.</param>
    /// <param name="maximum">The largest value allowed.</param>
    /// <param name="name">What the user calls the option, as the start of a sentence.</param>
    /// <exception cref="OptionException">The value is outside the range.</exception>
    public static void ThrowIfOutside(double value, double minimum, double maximum, string name)
    {
        if (value >= minimum && value <= maximum) return;
        throw new OptionException(FormattableString.Invariant($"{name} must be within {minimum}…{maximum}, but is {value}."));
    }
}
