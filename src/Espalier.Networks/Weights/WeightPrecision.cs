namespace Espalier.Networks;

/// <summary>How a weights file holds its numbers.</summary>
public enum WeightPrecision
{
    /// <summary>Four bytes a number: exactly what training works with.</summary>
    Full,

    /// <summary>Two bytes a number, for files that are handed on. An array that passes half's range of 65,504 stays at four.</summary>
    Half,
}
