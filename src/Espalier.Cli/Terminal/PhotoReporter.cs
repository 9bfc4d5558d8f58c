using Espalier.Datasets;

namespace Espalier.Cli.Terminal;

/// <summary>Shows how many photos are done; hears of it from several threads.</summary>
internal sealed class PhotoReporter(ProgressLine progress, string text) : IProgress<PhotoProgress>
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public void Report(PhotoProgress value)
    {
        lock (_lock) progress.Update(text, value.Done, value.Total);
    }
}
