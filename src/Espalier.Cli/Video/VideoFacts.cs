using System.Globalization;
using System.Text.Json;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Cli.Video;

/// <summary>What ffprobe says of a video.</summary>
/// <param name="Width">Pixels a row as it is shown, turned upright.</param>
/// <param name="Height">Rows as it is shown.</param>
/// <param name="Rate">Frames a second as a fraction.</param>
/// <param name="Seconds">How long it is; null where nobody knows.</param>
internal sealed record VideoFacts(int Width, int Height, (int Numerator, int Denominator) Rate, double? Seconds)
{
    private const int MaximumDescription = 1 << 20;
    private static readonly (int, int) UsualRate = (25, 1);

    /// <summary>Frames a second.</summary>
    public double FramesASecond => (double)Rate.Numerator / Rate.Denominator;

    /// <summary>Asks ffprobe.</summary>
    /// <exception cref="EspalierException">It is no video, or one larger than pictures may be.</exception>
    public static VideoFacts Ask(FfmpegTools tools, VideoSource source)
    {
        using var probe = FfmpegProcess.Start(tools.Ffprobe, ["-v", "error", "-select_streams", "V:0", "-show_streams", "-show_format",
            "-of", "json", .. source.InputWords, "-i", source.Input]);
        probe.Input.Close();
        var description = new byte[MaximumDescription];
        var length = probe.Output.ReadAtLeast(description, description.Length, throwOnEndOfStream: false);
        if (length == description.Length) throw new EspalierException($"what ffprobe says about '{source.Path}' is too long");
        if (probe.WaitForComplaint(source.Input) is { } complaint)
            throw new EspalierException($"'{source.Path}' cannot be read as a video: {complaint}");
        try
        {
            using var json = JsonDocument.Parse(description.AsMemory(0, length));
            return Of(json.RootElement) ?? throw new EspalierException($"'{source.Path}' holds no video");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new EspalierException($"what ffprobe says about '{source.Path}' cannot be understood", exception);
        }
    }

    /// <summary>Reads ffprobe's JSON; null where it names no stream of pictures.</summary>
    /// <exception cref="EspalierException">The frames would be larger than pictures may be.</exception>
    internal static VideoFacts? Of(JsonElement json)
    {
        if (!json.TryGetProperty("streams", out var streams) || streams.EnumerateArray()
            .FirstOrDefault() is not { ValueKind: JsonValueKind.Object } stream)
            return null;
        if (Number(stream, "width") is not (> 0 and var width) || Number(stream, "height") is not (> 0 and var height)) return null;
        var limits = PictureLimits.Default;
        if (width > limits.MaximumSide || height > limits.MaximumSide || (long)width * height > limits.MaximumPixels)
        {
            throw new EspalierException(Invariant(
                $"the video has {width} × {height} pixels; the limits are {limits.MaximumSide} a side and {limits.MaximumPixels} in all"));
        }

        // A phone's upright video lies on its side in the file; ffmpeg turns it.
        var isTurned = Math.Abs(Rotation(stream)) % 180 == 90;
        var rate = Fraction(stream, "avg_frame_rate") ?? Fraction(stream, "r_frame_rate") ?? UsualRate;
        var seconds = Duration(stream) ?? (json.TryGetProperty("format", out var format) ? Duration(format) : null);
        return isTurned ? new VideoFacts(height, width, rate, seconds) : new VideoFacts(width, height, rate, seconds);
    }

    private static int Rotation(JsonElement stream)
    {
        if (stream.TryGetProperty("side_data_list", out var list))
        {
            foreach (var data in list.EnumerateArray())
            {
                if (Number(data, "rotation") is { } rotation) return rotation;
            }
        }

        return 0;
    }

    private static int? Number(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            && Math.Abs(number) < int.MaxValue ? (int)Math.Round(number) : null;

    private static (int Numerator, int Denominator)? Fraction(JsonElement stream, string name)
    {
        if (!stream.TryGetProperty(name, out var value) || value.GetString()?.Split('/') is not [var above, var below]) return null;
        return int.TryParse(above, NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
            && int.TryParse(below, NumberStyles.None, CultureInfo.InvariantCulture, out var denominator)
            && numerator > 0 && denominator > 0 && (double)numerator / denominator is >= 0.01 and <= 1000 ? (numerator, denominator) : null;
    }

    private static double? Duration(JsonElement holder) =>
        holder.TryGetProperty("duration", out var value) && double.TryParse(value.GetString(), NumberStyles.Float,
            CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e7 ? seconds : null;
}
