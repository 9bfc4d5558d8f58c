namespace Espalier.Datasets.Hdf5;

/// <summary>The kinds of element that MATLAB 7.3 files hold and this reader knows.</summary>
internal enum Hdf5Class
{
    /// <summary>Integers, and the characters of text (16-bit).</summary>
    FixedPoint = 0,

    /// <summary>IEEE floating point.</summary>
    FloatingPoint = 1,

    /// <summary>An object's address.</summary>
    Reference = 7,

    /// <summary>Anything else; it may stand in a file as long as nobody reads it.</summary>
    Other = -1,
}

/// <summary>What an element is.</summary>
/// <param name="Class">Its kind.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Signed">Whether a fixed-point number has a sign.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
internal readonly record struct Hdf5Datatype(Hdf5Class Class, int Size, bool Signed, bool BigEndian);
