using Espalier.Datasets.Loading;
using Espalier.Tests;
using Espalier.Vision;
#pragma warning disable xUnit1051 // The token is for consumers that wait; these tests wait for nothing.

namespace Espalier.Datasets.Tests;

public sealed class PhotoFileTests
{
    [Fact]
    public void Photos_are_read_from_their_files_and_a_damaged_one_is_reported()
    {
        using var folder = new TemporaryFolder();
        var picture = SamplePictures.Smooth(96, 64);
        PictureWriter.Write(folder.File("whole.png"), picture);
        File.WriteAllBytes(folder.File("cut.png"), PictureWriter.EncodePng(picture)[..200]);
        var problems = new List<DatasetProblem>();
        var dataset = new DetectionDataset(
            [.. new[] { "absent.png", "cut.png", "whole.png" }.Select(name => new DatasetEntry(folder.File(name), 96, 64, []))],
            ["house"],
            []
        );
        var loader = new TrainingLoader(
            dataset, new LoaderOptions { ImageSize = 96, Augmentation = AugmentationOptions.None }, problems.Add);

        var batch = loader.Epoch(0).Select(PictureComposerTests.Copy).Single();
        Assert.All(batch.Sources, source => Assert.Equal(folder.File("whole.png"), source.Path));
        Assert.Equal(picture.Pixels, batch.Pixels.AsSpan(16 * 96 * 3, picture.Pixels.Length).ToArray());
        Assert.Equal(["absent.png", "cut.png"], problems.Select(problem => Path.GetFileName(problem.Path)).Order());
    }

    [Fact]
    public void Real_street_photos_make_full_epochs_without_a_problem()
    {
        var dataset = StreetPhotos.Require();
        var problems = new List<DatasetProblem>();
        var training = new TrainingLoader(
            dataset, new LoaderOptions { ImageSize = 96, BatchSize = 64, Augmentation = AugmentationOptions.ForDigits }, problems.Add);
        var validation = new ValidationLoader(dataset, new ValidationLoaderOptions { ImageSize = 96 }, problems.Add);
        Assert.Equal(256, training.Epoch(0).Sum(batch => batch.Count));
        Assert.Equal(554, validation.Batches().Sum(batch => batch.Targets.Length));
        Assert.Empty(problems);
    }
}
