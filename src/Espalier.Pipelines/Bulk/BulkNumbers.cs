using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>What reading and finding in very many photos have in common.</summary>
internal static class BulkNumbers
{
    /// <summary>A confidence as tables have it.</summary>
    public static double Confidence(float confidence) => Math.Round(confidence, 5);

    /// <summary>Left, top, right, bottom in hundredths of a pixel.</summary>
    public static IEnumerable<object?> Edges(Box box) =>
        ((float[])[box.Left, box.Top, box.Right, box.Bottom]).Select(edge => (object?)Math.Round(edge, 2));

    /// <summary>A thread for a photo: as many photos at once as there are cores are more in a second than all cores on one.</summary>
    public static PredictorOptions ForBulk(this PredictorOptions options) =>
        options with { Threads = options.Threads == 0 ? 1 : options.Threads };

    /// <summary>The options that change what is found, as words.</summary>
    public static IEnumerable<string> ResultWords(this PredictorOptions options) =>
        PredictorOptions.Table.Words(PredictorOptions.Table.WithResources(options, new PredictorOptions()) with
        {
            Device = new PredictorOptions().Device,
            Threads = 0,
        }, new PredictorOptions());
}
