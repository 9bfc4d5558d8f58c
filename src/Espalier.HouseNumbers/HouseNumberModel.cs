using Espalier.Core;

namespace Espalier.HouseNumbers;

/// <summary>
/// The detector of digits that comes with Espalier: learned from the generated street alone, thinned, and quantized. Two files of one
/// network, of which each processor gets the faster; the model card, <c>docs/house-numbers.md</c>, says how they were made and what they
/// fail at.
/// </summary>
public static class HouseNumberModel
{
    /// <summary>What commands call it in the place of a file.</summary>
    public const string Name = "house-numbers";

    /// <summary>The numbers that are faster here: int8 where the processor adds products
    /// of bytes in one instruction, float otherwise.</summary>
    public static HouseNumberPrecision Fastest => Fast(ProcessorFeatures.Current);

    /// <summary>The ONNX file.</summary>
    /// <param name="precision">Which of the two; <see cref="Fastest"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such file.</exception>
    public static byte[] Read(HouseNumberPrecision? precision = null)
    {
        using var stream = typeof(HouseNumberModel).Assembly.GetManifestResourceStream(FileName(precision ?? Fastest))!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    internal static HouseNumberPrecision Fast(ProcessorFeatures processor) =>
        processor.HasInt8DotProducts ? HouseNumberPrecision.Quantized : HouseNumberPrecision.FullPrecision;

    private static string FileName(HouseNumberPrecision precision) => precision switch
    {
        HouseNumberPrecision.Quantized => "house-numbers-int8.onnx",
        HouseNumberPrecision.FullPrecision => "house-numbers.onnx",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "The shipped detector is there as float and as int8."),
    };
}
