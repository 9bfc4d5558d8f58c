namespace Espalier.Training.Runs;

/// <summary>How many pictures a run has.</summary>
/// <param name="Training">Learned from.</param>
/// <param name="Validation">Judged by.</param>
internal sealed record PictureCounts(int Training, int Validation)
{
    /// <summary>What became of them since a run began, in a sentence; null where they are as many.</summary>
    /// <param name="now">Those that there are.</param>
    public string? ChangeTo(PictureCounts now) => now == this ? null
        : FormattableString.Invariant($"The data have changed since this run began: it learns from {now.Training} pictures instead of ")
            + FormattableString.Invariant($"{Training} and is judged by {now.Validation} instead of {Validation}, so that its epochs do ")
            + "not compare; a new run, with --weights its best, has one measure for all.";
}
