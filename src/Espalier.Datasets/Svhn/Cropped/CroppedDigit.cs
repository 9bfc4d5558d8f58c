using Espalier.Vision;

namespace Espalier.Datasets.Svhn.Cropped;

/// <summary>One picture of SVHN's format 2.</summary>
/// <param name="Number">Its place in the file, from 1.</param>
/// <param name="Digit">The digit in its middle, 0…9.</param>
/// <param name="Picture">32 × 32 pixels.</param>
internal sealed record CroppedDigit(int Number, int Digit, Picture Picture);
