namespace Espalier.Datasets;

/// <summary>Counts photos done by several threads, and tells now and then.</summary>
internal sealed class ProgressCounter(int total, IProgress<PhotoProgress>? progress)
{
    private const int PhotosAReport = 64;
    private int _done;

    /// <summary>One photo more is done.</summary>
    public void Advance()
    {
        var done = Interlocked.Increment(ref _done);
        if (progress is not null && (done % PhotosAReport == 0 || done == total)) progress.Report(new PhotoProgress(done, total));
    }
}
