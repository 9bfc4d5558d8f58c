using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Datasets.Loading;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Processors;

/// <summary>
/// What becomes of pictures, boxes and detections without any network: whole numbers, or plain arithmetic in a fixed order, so that all of
/// it is the same everywhere.
/// </summary>
internal static class PictureFigures
{
    private const int Classes = 10;

    private static readonly NmsOptions Suppression = NmsOptions.ForValidation with { Confidence = .1f };

    public static IEnumerable<Figure> Of(Material material) => [.. Street(material), .. Loading(material), .. Judging()];

    private static IEnumerable<Figure> Street(Material material)
    {
        yield return Figure.SameBits("street: pixels", material.Street.Select(drawn => drawn.Picture.Pixels));
        yield return Figure.Same("street: numbers", material.Street.SelectMany(drawn => drawn.Numbers));
        yield return Figure.SameBits("street: digits and boxes", material.Street.Select(drawn => drawn.Digits.ToArray()));
        yield return Figure.SameBits("letterbox by area: pixels", material.Pixels);
        yield return Figure.SameBits("letterbox, bilinear: pixels",
            material.Street.Select(drawn => Material.Letterboxed(drawn.Picture, 2 * Material.Side, ResizeFilter.Bilinear)));
        yield return Figure.SameBits("network's input: floats", Input(material));
    }

    private static float[] Input(Material material)
    {
        var picture = material.Street[0].Picture;
        var letterbox = Letterbox.Square(picture.Width, picture.Height, Material.Side);
        var input = new float[letterbox.Length];
        letterbox.ApplyTo(picture, input, ResizeFilter.Area);
        return input;
    }

    /// <summary>Batches of mosaics: files decoded, turned, bent, coloured.</summary>
    private static IEnumerable<Figure> Loading(Material material)
    {
        var configuration = DataConfiguration.Read(material.Data);
        var dataset = DatasetScanner.Scan(configuration, "train");
        var loader = new TrainingLoader(dataset, new LoaderOptions
        {
            ImageSize = Material.Side,
            BatchSize = dataset.Entries.Count,
            Workers = 0,
            Augmentation = AugmentationOptions.ForDigits with { Degrees = 10, Shear = 5, Perspective = .0005, MixUp = .5 },
        });
        var batch = loader.Epoch(0).Single();
        yield return Figure.SameBits("augmented batch: pixels", batch.Pixels[..(batch.Count * batch.Height * batch.Width * 3)]);
        yield return Figure.SameBits("augmented batch: targets", batch.Targets);
    }

    /// <summary>Suppression and metrics, of predictions by chance.</summary>
    private static IEnumerable<Figure> Judging()
    {
        var evaluations = new List<PictureEvaluation>();
        var kept = new List<Detection[]>();
        for (ulong picture = 0; picture < Material.PictureCount; picture++)
        {
            var random = new KeyedRandom(22, picture);
            var labels = Enumerable.Range(0, Classes)
            .Select(_ => new LabelledBox(random.NextIndex(Classes), Somewhere(ref random))).ToArray();
            var found = NonMaximumSuppression.Suppress(Predictions(ref random, labels), Classes, Suppression);
            kept.Add(found);
            evaluations.Add(PictureEvaluation.Evaluate(found, labels));
        }

        var report = DetectionMetrics.Report(evaluations, Classes);
        yield return Figure.Same("suppression: kept", kept.Sum(found => found.Length));
        yield return Figure.SameBits("suppression: boxes and confidences", kept);
        yield return Figure.Same("mAP50 of the same", report.MeanAveragePrecision50);
        yield return Figure.Same("mAP50-95 of the same", report.MeanAveragePrecision50To95);
        yield return Figure.Same("AP by COCO's rule of the same", report.CocoAveragePrecision);
        yield return Figure.Same("best confidence and F1 of the same", report.BestConfidence, report.F1);
    }

    private static Box Somewhere(ref KeyedRandom random) => Box.FromCenter(
        (float)random.NextBetween(0, Material.Side), (float)random.NextBetween(0, Material.Side),
        (float)random.NextBetween(8, 40), (float)random.NextBetween(12, 60));

    /// <summary>Rows of a network that finds each label several times, not quite where it is, and things where nothing is.</summary>
    private static float[] Predictions(ref KeyedRandom random, LabelledBox[] labels)
    {
        const int RowsALabel = 20;
        var rows = new List<float>();
        foreach (var label in labels)
        {
            for (var row = 0; row < RowsALabel; row++)
            {
                var box = random.NextChance(.2) ? Somewhere(ref random) : label.Box;
                rows.AddRange([box.CenterX + Off(ref random), box.CenterY + Off(ref random), box.Width, box.Height, Share(ref random)]);
                for (var index = 0; index < Classes; index++) rows.Add(index == label.Class ? Share(ref random) : .1f * Share(ref random));
            }
        }

        return [.. rows];
    }

    private static float Off(ref KeyedRandom random) => (float)random.NextWithin(6);

    private static float Share(ref KeyedRandom random) => (float)random.NextUnit();
}
