using System.Security.Cryptography;

namespace Espalier.Training.Runs;

/// <summary>
/// The files that a run was made from beside its pictures, by their SHA-256 in hexadecimal digits; null where there was none.
/// </summary>
/// <param name="Weights">What training started from.</param>
/// <param name="Teacher">What it learned from beside the labels.</param>
public sealed record RunSources(string? Weights, string? Teacher)
{
    /// <summary>The files of some options as they are now.</summary>
    /// <param name="options">The options.</param>
    public static RunSources Of(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RunSources(Digest(options.Weights), Digest(options.Teacher));
    }

    /// <summary>Which of the files is another now than it was; null where none is, or none is there to be compared.</summary>
    /// <param name="options">The run's options.</param>
    public string? Changed(TrainingOptions options)
    {
        var now = Of(options);
        return Differs(Weights, now.Weights) ? options.Weights : Differs(Teacher, now.Teacher) ? options.Teacher : null;
    }

    /// <summary>A file's digest; null where there is none.</summary>
    internal static string? Digest(string? path)
    {
        if (path is null || !File.Exists(path)) return null;
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static bool Differs(string? then, string? now) => then is not null && now is not null && then != now;
}
