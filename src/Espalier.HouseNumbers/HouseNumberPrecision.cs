namespace Espalier.HouseNumbers;

/// <summary>The numbers in which the shipped detector computes.</summary>
public enum HouseNumberPrecision
{
    /// <summary>32-bit floats.</summary>
    FullPrecision,

    /// <summary>8-bit integers with scales and zero points.</summary>
    Quantized,
}
