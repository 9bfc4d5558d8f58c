namespace Espalier.Datasets.Matlab5;

/// <summary>A numeric array of a file: its head, not yet its numbers.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Class">MATLAB's class of the array.</param>
/// <param name="Dimensions">At least two; the first index runs fastest.</param>
/// <param name="Stored">How its numbers are stored, which may be narrower than the class.</param>
/// <param name="Count">How many numbers.</param>
/// <param name="Offset">Where its element begins in the file.</param>
internal sealed record Matlab5Variable(string Name, int Class, IReadOnlyList<int> Dimensions, Matlab5Type Stored, long Count, long Offset)
{
    /// <summary>Of numbers of 8 bits without a sign.</summary>
    public const int UInt8Class = 9;

    /// <summary>Of double precision.</summary>
    public const int DoubleClass = 6;
}

/// <summary>How numbers are stored, by the format's own codes.</summary>
internal enum Matlab5Type
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,
    Matrix = 14,
    Compressed = 15,
}
