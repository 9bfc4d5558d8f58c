namespace Espalier.Datasets.Download;

/// <summary>How one attempt at a file ended.</summary>
/// <param name="Length">The file's length where it is whole.</param>
/// <param name="Failure">What went wrong otherwise, to follow "cannot be fetched:".</param>
/// <param name="MayRetry">Whether another attempt may bring more.</param>
/// <param name="Cause">The exception, where there was one.</param>
internal sealed record AttemptResult(long? Length, string Failure, bool MayRetry, Exception? Cause)
{
    public static AttemptResult Whole(long length) => new(length, "", false, null);

    public static AttemptResult Failed(string failure, Exception? cause = null) => new(null, failure, true, cause);

    public static AttemptResult Hopeless(string failure, Exception? cause = null) => new(null, failure, false, cause);
}
