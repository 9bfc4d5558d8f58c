using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;
using Espalier.Vision;

namespace Espalier.Streets;

/// <summary>What street is generated. Equal options make equal pictures.</summary>
public sealed record StreetOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<StreetOptions> Table { get; } = new();

    /// <summary>Picture <c>i</c> of a split is a function of this, the split and <c>i</c>.</summary>
    /// <value>Default: 0.</value>
    [SeedOption("Equal seeds make equal streets")]
    public ulong Seed { get; init; }

    /// <summary>How hard the pictures are to read.</summary>
    /// <value>Default: <see cref="StreetDifficulty.Street"/>.</value>
    [Option("--difficulty", "As Street View saw it, or large, sharp and in good light", Words = ["street", "easy"])]
    public StreetDifficulty Difficulty { get; init; } = StreetDifficulty.Street;

    /// <summary>How often each digit is drawn.</summary>
    /// <value>Default: <see cref="DigitBalance.Svhn"/>.</value>
    [Option("--balance", "How often each digit comes: as on SVHN's numbers, or all alike", Section = nameof(Balance))]
    public DigitBalance Balance { get; init; } = DigitBalance.Svhn;

    /// <summary>The share of pictures without a number, 0…1.</summary>
    /// <value>Default: 0.05.</value>
    [Option("--empty", "Share of pictures without a number", 0, 1, Section = nameof(EmptyShare))]
    public double EmptyShare { get; init; } = .05;

    /// <summary>
    /// The share of numbers with one of the letters A to D behind them, large or small, as in 12A, 0…1. Above 0 those letters have boxes
    /// too, of the classes <c>a</c> to <c>d</c>, which follow the ten digits. They are drawn in the built-in faces alone.
    /// </summary>
    /// <value>Default: 0, which leaves letters without boxes, and rare.</value>
    [Option("--letters", "Share of numbers with a letter A to D behind them, which has a box of a class of its own, a to d", 0, 1,
        Section = nameof(LetterShare))]
    public double LetterShare { get; init; }

    /// <summary>The share of pictures with things that are easily taken for digits, such as bars and rings, beside the number,
    /// 0…1.</summary>
    /// <value>Default: 0.3. An easy street has none.</value>
    [Option("--decoys", "Share of pictures with things beside the number that are easily taken for digits", 0, 1,
        Section = nameof(DecoyShare))]
    public double DecoyShare { get; init; } = .3;

    /// <summary>
    /// How far a digit's box reaches beyond its drawn outline on every side, in digit heights, 0…0.5. Nobody frames a digit to the pixel:
    /// in SVHN the frame lies .06 outside, which is why a 1 is .385 as wide as it is high there.
    /// </summary>
    /// <value>Default: 0.06.</value>
    [Option("--box-margin", "How far boxes reach beyond the digits, in digit heights; SVHN's do by .06", 0, 0.5,
        Section = nameof(BoxMargin))]
    public double BoxMargin { get; init; } = .06;

    /// <summary>Fonts whose digits are drawn beside the built-in faces. <see cref="StreetFonts"/> finds them.</summary>
    /// <value>Default: none, which makes the same street on every machine.</value>
    public IReadOnlyList<StreetFont> Fonts { get; init; } = [];

    /// <summary>The share of numbers that are written in one of <see cref="Fonts"/> where there are any, 0…1.</summary>
    /// <value>Default: 0.35.</value>
    public double FontShare { get; init; } = .35;

    /// <summary>Photos of single digits that some numbers are put together from; null for none.</summary>
    /// <value>Default: null.</value>
    internal IDigitCrops? Crops { get; init; }

    /// <summary>The share of numbers made of <see cref="Crops"/> where there are any, 0…1.</summary>
    /// <value>Default: 0.3.</value>
    public double CropShare { get; init; } = .3;

    /// <summary>The names of the classes, a character each.</summary>
    internal string Classes => LetterShare > 0 ? NumberCharacters.Digits + NumberCharacters.Letters : NumberCharacters.Digits;

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(EmptyShare, 0, 1, "The share of empty pictures");
        OptionException.ThrowIfOutside(LetterShare, 0, 1, "The share of numbers with a letter");
        OptionException.ThrowIfOutside(DecoyShare, 0, 1, "The share of pictures with decoys");
        OptionException.ThrowIfOutside(BoxMargin, 0, .5, "The margin of boxes");
        OptionException.ThrowIfOutside(FontShare, 0, 1, "The share of numbers in found fonts");
        OptionException.ThrowIfOutside(CropShare, 0, 1, "The share of numbers made of crops");
    }
}
