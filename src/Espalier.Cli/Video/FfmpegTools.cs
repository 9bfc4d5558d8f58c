using Espalier.Core;

namespace Espalier.Cli.Video;

/// <summary>Where ffmpeg and its ffprobe lie on this machine.</summary>
/// <param name="Ffmpeg">The program's path.</param>
/// <param name="Ffprobe">The path of the one that describes a video.</param>
internal sealed record FfmpegTools(string Ffmpeg, string Ffprobe)
{
    /// <summary>Looks for both.</summary>
    /// <param name="programPath">Folders, as the variable PATH has them; null or empty for none.</param>
    /// <exception cref="EspalierException">One of them is not there.</exception>
    public static FfmpegTools Find(string? programPath) => new(
        Look("ffmpeg", programPath)
            ?? throw new EspalierException("Videos are read by ffmpeg, which was not found; install it, or give pictures."),
        Look("ffprobe", programPath)
            ?? throw new EspalierException("Videos are read by ffmpeg, whose ffprobe was not found; install it, or give pictures."));

    private static string? Look(string name, string? programPath)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (programPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
