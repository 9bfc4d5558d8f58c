using System.Globalization;
using System.Text.RegularExpressions;
using Espalier.Core;
using Espalier.Pipelines.Prediction;

namespace Espalier.Cli.Video;

/// <summary>A video's file, a camera, or a stream in the network.</summary>
/// <param name="Name">A name without extension for what is written about it.</param>
/// <param name="Path">What the user called it.</param>
/// <param name="Input">What ffmpeg calls it.</param>
/// <param name="InputWords">What ffmpeg must be told before it is opened.</param>
/// <param name="IsLive">Whether frames come whether somebody looks or not.</param>
internal sealed record VideoSource(string Name, string Path, string Input, IReadOnlyList<string> InputWords, bool IsLive)
{
    private const string Camera = "camera:";
    private const string Credentials = "://[^/]*@"; // Up to the last @ of the host's part: a password may hold one.

    // What ffmpeg may open for a stream, and no more: what calls itself one may name files to read. Packets of RTSP over TCP are not lost
    // on the way.
    private static readonly (string Scheme, string[] Words)[] Streams =
    [
        ("rtsp://", ["-rtsp_transport", "tcp", "-protocol_whitelist", "rtsp,rtp,tcp"]),
        ("rtsps://", ["-rtsp_transport", "tcp", "-protocol_whitelist", "rtsps,rtsp,rtp,tls,tcp"]),
        ("rtmp://", ["-protocol_whitelist", "rtmp,tcp"]),
    ];

    private static readonly string[] Extensions = [".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v"];

    /// <summary>The video that a source names, by its extension, as <c>camera:0</c> or <c>0</c>, or as <c>rtsp://…</c>;
    /// null where it names pictures.</summary>
    /// <exception cref="EspalierException">There is no such file, cameras have no such names here, or it is another address.</exception>
    public static VideoSource? Find(string source)
    {
        if (source.StartsWith(Camera, StringComparison.Ordinal)) return OfCamera(source, source[Camera.Length..]);
        if (source.Length > 0 && source.All(char.IsAsciiDigit) && !System.IO.Path.Exists(source)) return OfCamera(source, source);
        if (source.Contains("://", StringComparison.Ordinal)) return OfStream(source);
        if (!Extensions.Contains(System.IO.Path.GetExtension(source), StringComparer.OrdinalIgnoreCase)) return null;
        if (PictureSources.IsGlob(source))
            throw new EspalierException($"'{source}': videos are read one at a time, without * or ?");
        if (Directory.Exists(source)) return null;
        if (!File.Exists(source)) throw new EspalierException($"there is no file or folder '{source}'");

        // Only this file: what calls itself a video may be a list of addresses to fetch.
        return new VideoSource(System.IO.Path.GetFileNameWithoutExtension(source), source, "file:" + System.IO.Path.GetFullPath(source),
            ["-protocol_whitelist", "file"], false);
    }

    private static VideoSource OfStream(string source)
    {
        // A password belongs into no output.
        var shown = Regex.Replace(source, Credentials, "://");
        var (_, words) = Array.Find(Streams, stream => source.StartsWith(stream.Scheme, StringComparison.OrdinalIgnoreCase));
        if (words is null) throw new EspalierException($"'{shown}' cannot be opened: of addresses, streams are read by "
            + $"{string.Join(", ", Streams.Select(stream => stream.Scheme))}; download anything else first");
        return new VideoSource("stream", shown, source, words, true);
    }

    private static VideoSource OfCamera(string source, string camera)
    {
        if (camera.Length == 0) throw new EspalierException("a camera is given as camera:0, or with its name or device after the colon");
        var isNumber = int.TryParse(camera, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (OperatingSystem.IsWindows())
        {
            if (isNumber) throw new EspalierException("on Windows a camera is given by its name, such as \"camera:Integrated Camera\"");
            return new VideoSource("camera", source, "video=" + camera, ["-f", "dshow"], true);
        }

        if (OperatingSystem.IsMacOS())
            return new VideoSource("camera", source, camera + ":none", ["-f", "avfoundation", "-framerate", "30"], true);
        var device = isNumber ? Invariant($"/dev/video{number}") : camera;
        if (!File.Exists(device)) throw new EspalierException($"there is no camera '{device}'");
        return new VideoSource("camera", source, device, ["-f", "v4l2"], true);
    }
}
