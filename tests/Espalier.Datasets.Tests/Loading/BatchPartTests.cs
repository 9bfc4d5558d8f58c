using Espalier.Core;
using Espalier.Datasets.Loading;

namespace Espalier.Datasets.Tests;

public sealed class BatchPartTests
{
    [Theory]
    [InlineData(64, 2)]
    [InlineData(17, 2)]
    [InlineData(17, 5)]
    [InlineData(3, 3)]
    public void Parts_follow_one_another_and_make_up_the_batch(int pictures, int parts)
    {
        var next = 0;
        var shares = 0.0;
        for (var index = 0; index < parts; index++)
        {
            var (first, count, share) = new BatchPart(index, parts).Of(pictures);
            Assert.Equal(next, first);
            Assert.InRange(count, pictures / parts, pictures / parts + 1);
            next += count;
            shares += share;
        }

        Assert.Equal(pictures, next);
        Assert.Equal(1, shares, 12);
    }

    [Fact]
    public void A_batch_smaller_than_the_number_of_parts_is_whole_in_each()
    {
        Assert.Equal((0, 2, 0.25), new BatchPart(3, 4).Of(2));
    }

    [Fact]
    public void Loaders_of_parts_bring_the_pictures_that_one_loader_brings()
    {
        var (dataset, decode) = SamplePictures.Dataset(10);
        var options = new LoaderOptions { ImageSize = 64, BatchSize = 4, Augmentation = AugmentationOptions.ForDigits };
        var (whole, first, second) = (Pictures(BatchPart.Whole), Pictures(new BatchPart(0, 2)), Pictures(new BatchPart(1, 2)));
        Assert.Equal(3, whole.Count);
        for (var batch = 0; batch < whole.Count; batch++) Assert.Equal(whole[batch], first[batch].Concat(second[batch]));

        List<List<string>> Pictures(BatchPart part) =>
            [.. new TrainingLoader(dataset, options with { Part = part }, decode: decode)
                .Epoch(1, cancellationToken: TestContext.Current.CancellationToken).Select(Fingerprints)];
    }

    [Fact]
    public void A_part_that_does_not_exist_is_refused()
    {
        Assert.Contains("0…1", Assert.Throws<OptionException>(() => new LoaderOptions { Part = new BatchPart(2, 2) }.Validate()).Message,
            StringComparison.Ordinal);
    }

    private static List<string> Fingerprints(Batch batch)
    {
        var bytes = batch.Height * batch.Width * 3;
        return [.. Enumerable.Range(0, batch.Count).Select(
            picture => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(batch.Pixels.AsSpan(picture * bytes, bytes))))];
    }
}
