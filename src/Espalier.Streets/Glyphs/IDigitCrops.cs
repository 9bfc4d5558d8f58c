using Espalier.Vision;

namespace Espalier.Streets.Glyphs;

/// <summary>Photos of single digits, such as SVHN's format 2: 32 × 32 pixels, the digit as high as the photo and in its middle.</summary>
/// <remarks>Read by several threads at once.</remarks>
internal interface IDigitCrops
{
    /// <summary>How many photos there are of each digit: ten numbers.</summary>
    IReadOnlyList<int> Counts { get; }

    /// <summary>A photo.</summary>
    /// <param name="digit">0…9.</param>
    /// <param name="index">From 0 to the digit's count − 1.</param>
    Picture Read(int digit, int index);
}
