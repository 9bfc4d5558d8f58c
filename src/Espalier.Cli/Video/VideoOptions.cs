using Espalier.Core.Options;

namespace Espalier.Cli.Video;

/// <summary>Which frames of a video are looked at.</summary>
internal sealed record VideoOptions
{
    public static OptionTable<VideoOptions> Table { get; } = new();

    [Option("--every", "Of a video, only each n-th frame", 1, 1000)]
    public int Every { get; init; } = 1;
}
