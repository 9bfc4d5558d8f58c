using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Espalier.Processors;

/// <summary>What is computed on every processor, under a name by which another's is found.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Tolerance">What its numbers may differ by, as a share of the largest of them; 0 where it must be the same, sign by
/// sign.</param>
/// <param name="Values">Numbers, or texts without blanks.</param>
internal sealed record Figure(string Name, double Tolerance, IReadOnlyList<string> Values)
{
    private const int DigestLength = 12;
    private const int ShownText = 48;

    /// <summary>What must be the same everywhere.</summary>
    public static Figure Same<T>(string name, params IEnumerable<T> values) =>
        new(name, 0, [.. values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}"))]);

    /// <summary>Bits that must be the same everywhere, by their digest.</summary>
    public static Figure SameBits<T>(string name, params IEnumerable<T[]> arrays)
        where T : unmanaged => Same<string>(name, Digest(arrays));

    /// <summary>The first twelve hexadecimal digits of a SHA-256.</summary>
    public static string Digest<T>(params IEnumerable<T[]> arrays)
        where T : unmanaged
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var array in arrays) hash.AppendData(MemoryMarshal.AsBytes(array.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestLength];
    }

    /// <summary>Numbers that rounding in another order may change.</summary>
    public static Figure Near(string name, double tolerance, params IEnumerable<double> numbers) =>
        new(name, tolerance, [.. numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))]);

    /// <inheritdoc cref="Near(string, double, IEnumerable{double})"/>
    public static Figure Near(string name, double tolerance, IEnumerable<float> numbers) =>
        Near(name, tolerance, numbers.Select(number => (double)number));

    /// <summary>How far another processor's figure of this name is from this: the largest difference of two numbers, as a share of the
    /// largest number here; infinite where what must be the same, or the number of numbers, is not.</summary>
    public double DistanceTo(Figure other)
    {
        if (Values.SequenceEqual(other.Values)) return 0;
        if (Tolerance == 0 || Values.Count != other.Values.Count) return double.PositiveInfinity;
        var numbers = Numbers;
        // Math.Max, other than Max, keeps a number that is none.
        return numbers.Zip(other.Numbers, (mine, theirs) => Math.Abs(mine - theirs)).Aggregate(0.0, Math.Max) / numbers.Max(Math.Abs);
    }

    /// <summary>Whether another processor's is near enough. A number that is none is not.</summary>
    public bool Admits(Figure other) => DistanceTo(other) <= Tolerance;

    /// <summary>A line of a file.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Name}\t{Tolerance:R}\t{string.Join(' ', Values)}");

    /// <summary>Reads what <see cref="ToLine"/> gave.</summary>
    public static Figure Parse(string line) => line.Split('\t') is [var name, var tolerance, var values]
        ? new Figure(name, double.Parse(tolerance, CultureInfo.InvariantCulture), values.Split(' '))
        : throw new FormatException($"'{line}' is no figure: name, tolerance and values stand apart by tabs.");

    /// <summary>The value where it is one, or how many there are, and the largest or the first of them.</summary>
    public override string ToString()
    {
        if (Tolerance > 0)
        {
            return Numbers is [var only] ? string.Create(CultureInfo.InvariantCulture, $"{only:G6}")
                : string.Create(CultureInfo.InvariantCulture, $"{Values.Count:N0} numbers up to {Numbers.Max(Math.Abs):G4}");
        }

        var text = string.Join(' ', Values);
        return text.Length <= ShownText ? text : $"{text[..ShownText]}…";
    }

    private double[] Numbers => [.. Values.Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
}
