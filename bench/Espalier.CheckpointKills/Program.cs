using System.Globalization;
using Espalier.CheckpointKills;
using Espalier.Networks;

switch (args)
{
    case [KillCampaign.WriteVerb, var folder]:
        CheckpointWriter.WriteForever(folder, Console.Out);
        return 0;
    case ["kill", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && count is >= 1 and <= 1_000_000:
        return Kill(count);
    default:
        Console.Error.WriteLine("Usage: Espalier.CheckpointKills kill COUNT     kills COUNT processes while they save checkpoints, 1 to "
            + "1000000");
        return 2;
}

static int Kill(int count)
{
    var folder = Directory.CreateTempSubdirectory("espalier-kills-");
    try
    {
        var report = KillCampaign.Run(folder.FullName, Yolov5n(), count, seed: 1, lanes: Environment.ProcessorCount);
        Console.WriteLine(report);
        foreach (var problem in report.Problems) Console.Error.WriteLine(problem);
        return report.Problems.Count == 0 ? 0 : 1;
    }
    finally
    {
        folder.Delete(recursive: true);
    }
}

static Checkpoint Yolov5n()
{
    var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 10);
    return new Checkpoint
    {
        Graph = graph,
        Weights = WeightInitializer.Initialize(graph, seed: 1),
        ClassNames = [.. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture))],
        ImageSize = 160,
    };
}
