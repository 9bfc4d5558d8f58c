namespace Espalier.Core;

/// <summary>What a number of a stored record may be, or how many entries a list of one has;
/// <see cref="StoredJson"/> refuses what is outside.</summary>
/// <param name="lowest">The smallest number, or the fewest entries.</param>
/// <param name="highest">The largest number, or the most entries.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class StoredRangeAttribute(double lowest, double highest) : Attribute
{
    /// <summary>The smallest number, or the fewest entries.</summary>
    public double Lowest => lowest;

    /// <summary>The largest number, or the most entries.</summary>
    public double Highest => highest;
}
