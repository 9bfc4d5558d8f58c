using Espalier.Core;

namespace Espalier.Pipelines.Benchmarks;

/// <summary>Measures how long each stage of a detection takes, models in turn, round after round.</summary>
public static class SpeedBenchmark
{
    /// <summary>Measures.</summary>
    /// <param name="models">Checkpoints, .onnx, safetensors or YOLOv5 <c>.pt</c> files.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="listener">Told how far it is.</param>
    /// <param name="cancellationToken">Ends it between calls.</param>
    /// <returns>A row a model, image size and batch.</returns>
    /// <exception cref="EspalierException">A model or the photos cannot be used.</exception>
    public static IReadOnlyList<BenchResult> Run(IReadOnlyList<string> models, BenchOptions? options = null,
        IPipelineListener? listener = null, CancellationToken cancellationToken = default)
    {
        options ??= new BenchOptions();
        BenchOptions.Table.Validate(options);
        if (options.Against is { } against) models = [against, .. models.Where(model => model != against)];
        var photos = BenchPhotos.Load(options.Source);
        IEnumerable<int?> sizes = options.ImageSizes.Count > 0 ? options.ImageSizes.Select(size => (int?)size) : [null];
        IReadOnlyList<int> batches = options.Batches.Count > 0 ? options.Batches : [1];
        return [.. sizes.SelectMany(size => batches.SelectMany(
            batch => Measure(models, size, batch, photos, options, listener ?? new QuietListener(), cancellationToken)))];
    }

    private static List<BenchResult> Measure(IReadOnlyList<string> models, int? size, int batch, IReadOnlyList<byte[]> photos,
        BenchOptions options, IPipelineListener listener, CancellationToken cancellationToken)
    {
        var subjects = new List<BenchSubject>();
        try
        {
            foreach (var model in models) subjects.Add(new BenchSubject(model, size, batch, options.Threads));
            var each = TimeSpan.FromSeconds(options.Seconds / options.Rounds);
            foreach (var subject in subjects) subject.Run(photos, each, keep: false, cancellationToken);
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var subject in subjects) subject.Run(photos, each, keep: true, cancellationToken);
                listener.OnProgress("measuring", round + 1, options.Rounds);
            }

            return subjects.ConvertAll(subject => BenchResult.Of(subject, subjects[0]));
        }
        finally
        {
            foreach (var subject in subjects) subject.Dispose();
        }
    }
}
