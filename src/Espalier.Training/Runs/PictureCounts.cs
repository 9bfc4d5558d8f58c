namespace Espalier.Training.Runs;

/// <summary>How many pictures a run has.</summary>
/// <param name="Training">Learned from.</param>
/// <param name="Validation">Judged by.</param>
internal sealed record PictureCounts(int Training, int Validation)
{
    /// <summary>What they have become, in words; null where they are as many.</summary>
    /// <param name="now">Those that there are.</param>
    public string? ChangeTo(PictureCounts now) => now == this ? null : FormattableString.Invariant(
        $"{now.Training} pictures to learn from instead of {Training}, {now.Validation} to judge by instead of {Validation}");
}
