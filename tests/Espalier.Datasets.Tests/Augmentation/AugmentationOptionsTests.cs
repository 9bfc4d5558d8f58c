using Espalier.Core;
using Espalier.Datasets.Loading;

namespace Espalier.Datasets.Tests;

public sealed class AugmentationOptionsTests
{
    [Fact]
    public void Digits_are_never_flipped()
    {
        Assert.True(new AugmentationOptions().Flips);
        Assert.False(AugmentationOptions.ForDigits.Flips);
        Assert.Equal(.5, AugmentationOptions.ForDigits.Scale);
        var (dataset, decode) = SamplePictures.Dataset(4);
        var options = new LoaderOptions { ImageSize = 64, Augmentation = new AugmentationOptions() };
        var error = Assert.Throws<OptionException>(() => new TrainingLoader(dataset, options, decode: decode));
        Assert.Contains("digits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_outside_its_range_is_named_with_the_range()
    {
        var error = Assert.Throws<OptionException>(() => (new AugmentationOptions() with { Perspective = .1 }).Validate());
        Assert.Equal("The augmentation's perspective must be within 0…0.001, but is 0.1.", error.Message);
        Assert.Throws<OptionException>(() => (new AugmentationOptions() with { Mosaic = double.NaN }).Validate());
        Assert.Throws<OptionException>(() => (new AugmentationOptions() with { Scale = 1 }).Validate());
        new AugmentationOptions().Validate();
        AugmentationOptions.None.Validate();
    }
}
