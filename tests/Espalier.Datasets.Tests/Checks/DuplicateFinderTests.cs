using Espalier.Datasets.Checks;
using Espalier.Datasets.Findings;
using Espalier.Vision;

namespace Espalier.Tests.Checks;

public class DuplicateFinderTests
{
    private const string Label = "0 .5 .5 .3 .5\n";

    [Fact]
    public void The_same_pixels_are_found_whatever_the_files_bytes_and_training_gives_way_to_validation()
    {
        using var folder = new CheckFolder();
        var kept = folder.Photo("kept", Label, seed: 1, "val");
        var copy = folder.Photo("copy", Label, seed: 1, "train");
        File.AppendAllText(copy, "bytes after the picture's end");
        folder.Photo("first", Label, seed: 2, "train");
        folder.Photo("second", "1 .5 .5 .3 .5\n", seed: 2, "train");

        var findings = folder.Check().Findings;

        Assert.Equal([FindingKind.IdenticalPhoto, FindingKind.IdenticalPhotoAcrossSplits], findings.Select(finding => finding.Kind));
        Assert.EndsWith("second.png", findings[0].Path, StringComparison.Ordinal);
        Assert.EndsWith("their labels differ", findings[0].Reason, StringComparison.Ordinal);
        Assert.Equal((copy, kept), (findings[1].Path, findings[1].Other));
    }

    [Fact]
    public void A_picture_compressed_resized_or_made_brighter_is_known_again()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var picture = CheckFolder.Look(seed, 90, 60);
            var original = PictureFingerprint.Of(picture);
            Assert.True(DuplicateFinder.LookAlike(original,
                PictureFingerprint.Of(PictureReader.Read(PictureWriter.EncodeJpeg(picture, 60)))), $"compressed, seed {seed}");
            Assert.True(DuplicateFinder.LookAlike(original, PictureFingerprint.Of(Resampling.Resize(picture, 60, 40, ResizeFilter.Area))),
                $"smaller, seed {seed}");
            var brighter = new Picture(picture.Width, picture.Height, [.. picture.Pixels.Select(value => (byte)Math.Min(value + 3, 255))]);
            Assert.True(DuplicateFinder.LookAlike(original, PictureFingerprint.Of(brighter)), $"brighter, seed {seed}");
        }
    }

    [Fact]
    public void Different_pictures_are_never_taken_for_the_same()
    {
        var prints = Enumerable.Range(0, 400).Select(seed => (PictureFingerprint?)PictureFingerprint.Of(CheckFolder.Look(seed))).ToArray();

        Assert.Empty(DuplicateFinder.Find(prints, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Another_number_on_the_same_ground_is_another_picture()
    {
        var picture = CheckFolder.Look(5, 120, 80);
        var other = new Picture(120, 80, [.. picture.Pixels]);
        for (var y = 30; y < 50; y++)
        {
            // A stroke of ten pixels, as a digit has.
            var stroke = other.Row(y).Slice(55 * 3, 10 * 3);
            for (var i = 0; i < stroke.Length; i++) stroke[i] = (byte)(stroke[i] > 127 ? stroke[i] - 90 : stroke[i] + 90);
        }

        Assert.False(DuplicateFinder.LookAlike(PictureFingerprint.Of(picture), PictureFingerprint.Of(other)));
    }

    [Fact]
    public void Plain_pictures_are_compared_by_their_pixels_alone()
    {
        var prints = Enumerable.Range(0, 50)
            .Select(level => (PictureFingerprint?)PictureFingerprint.Of(Picture.Filled(40, 40, (byte)(100 + level), 100, 100))).ToList();
        prints.Add(PictureFingerprint.Of(Picture.Filled(40, 40, 107, 100, 100)));

        Assert.Equal([(50, 7, true)], DuplicateFinder.Find(prints, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Buckets_find_what_comparing_every_pair_finds()
    {
        var random = new Random(11);
        var pictures = new List<Picture>();
        for (var i = 0; i < 150; i++)
        {
            var picture = i % 3 > 0 ? CheckFolder.Look(i, 64, 48) : new Picture(64, 48,
                [.. pictures.Count > 0 ? pictures[random.Next(pictures.Count)].Pixels : CheckFolder.Look(i, 64, 48).Pixels]);
            for (var change = random.Next(60); change > 0; change--)
                picture.Pixels[random.Next(picture.Pixels.Length)] = (byte)random.Next(256);
            pictures.Add(picture);
        }

        var prints = pictures.Select(picture => (PictureFingerprint?)PictureFingerprint.Of(picture)).ToList();
        var expected = new List<(int, int)>();
        for (var i = 0; i < prints.Count; i++)
        {
            var first = Enumerable.Range(0, i)
                .FirstOrDefault(j => prints[i]!.Pixels == prints[j]!.Pixels || DuplicateFinder.LookAlike(prints[j]!, prints[i]!), -1);
            if (first >= 0) expected.Add((i, first));
        }

        Assert.True(expected.Count > 20);
        Assert.Equal(expected, DuplicateFinder.Find(prints, TestContext.Current.CancellationToken)
            .Select(found => (found.Photo, found.Other)));
    }
}
