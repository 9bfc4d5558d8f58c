namespace Espalier.Vision.Tests;

/// <summary>Made-up results to measure.</summary>
internal static class EvaluationCases
{
    /// <summary>Padilla's example as pictures: 24 detections, 15 labels, one class; every hit overlaps its label exactly.</summary>
    public static PictureEvaluation[] Padilla()
    {
        bool[] hits = [true, false, true, false, false, false, false, false, false, true, false, true, true, true, false,
            false, false, false, false, false, false, false, true, false];
        var evaluations = new List<PictureEvaluation>();
        for (var i = 0; i < hits.Length; i++)
        {
            var detection = new Detection(new(0, 0, 10, 10), (float)(0.95 - i * (0.95 - 0.49) / 23), 0);
            evaluations.Add(PictureEvaluation.Evaluate([detection], hits[i] ? [new LabelledBox(0, new(0, 0, 10, 10))] : []));
        }

        evaluations.AddRange(Enumerable.Range(0, 15 - hits.Count(hit => hit))
            .Select(_ => PictureEvaluation.Evaluate([], [new LabelledBox(0, new(0, 0, 10, 10))])));
        return [.. evaluations];
    }

    /// <summary>Labels on a grid, and detections that miss, repeat, confuse and shift them.</summary>
    public static (List<Detection> Detections, List<LabelledBox> Labels)[] Random(int seed, int pictures, int classes, float blur = 3)
    {
        var random = new Random(seed);
        var labelRandom = new Random(12345);
        return [.. Enumerable.Range(0, pictures).Select(_ => OnePicture(random, labelRandom, classes, blur))];
    }

    public static PictureEvaluation[] Evaluate(this (List<Detection> Detections, List<LabelledBox> Labels)[] pictures) =>
        [.. pictures.Select(picture => PictureEvaluation.Evaluate(picture.Detections, picture.Labels))];

    private static (List<Detection> Detections, List<LabelledBox> Labels) OnePicture(Random random, Random labelRandom,
        int classes, float blur)
    {
        var labels = new List<LabelledBox>();
        var detections = new List<Detection>();
        for (var i = labelRandom.Next(4); i >= 0; i--)
        {
            var label = new LabelledBox(labelRandom.Next(classes), Box.FromCenter(20 + i * 18, 30, 14 + labelRandom.Next(8), 30));
            labels.Add(label);
            for (var n = random.Next(4); n > 0; n--)
            {
                var box = label.Box.ScaleAndMove(1, 1, blur * (random.NextSingle() - 0.5f), 2 * blur * (random.NextSingle() - 0.5f));
                detections.Add(new(box, random.NextSingle(), random.Next(5) == 0 ? random.Next(classes) : label.Class));
            }
        }

        detections.Add(new(new(300, 0, 310, 20), random.NextSingle() / 2, random.Next(classes)));
        return (detections, labels);
    }
}
