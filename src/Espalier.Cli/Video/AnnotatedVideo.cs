using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Cli.Video;

/// <summary>
/// An .mp4 made of pictures by a child process of ffmpeg: H.264 where it can (libx264), MPEG-4 otherwise. It stands under a temporary name
/// until it is whole.
/// </summary>
internal sealed class AnnotatedVideo : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FfmpegProcess _process;
    private readonly CancellationToken _interrupted;
    private readonly PictureSize _size;

    /// <summary>Begins a video.</summary>
    /// <param name="tools">ffmpeg.</param>
    /// <param name="path">The .mp4, in a folder that is there.</param>
    /// <param name="size">Of its pictures.</param>
    /// <param name="frames">What it is made of, whose rate it gets.</param>
    /// <param name="interrupted">Once cancelled, what is there is finished: Ctrl-C reaches the child, too.</param>
    public AnnotatedVideo(FfmpegTools tools, string path, PictureSize size, FfmpegFrames frames, CancellationToken interrupted)
    {
        (_path, _temporary, _interrupted, _size) = (path, $"{path}.{Guid.NewGuid():N}.tmp", interrupted, size);
        string[] encoder = HasH264(tools) ? ["libx264", "-preset", "veryfast", "-crf", "21"] : ["mpeg4", "-q:v", "4"];

        // A camera's frames last as long as they lasted. Both encoders' kind of colour needs even sides.
        string[] clock = frames.Source.IsLive ? ["-use_wallclock_as_timestamps", "1"] : [];
        _process = FfmpegProcess.Start(tools.Ffmpeg, [
            "-v", "error", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", Invariant($"{size.Width}x{size.Height}"),
            "-framerate", frames.Rate, .. clock, "-i", "pipe:0", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2",
            "-c:v", .. encoder, "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", "-y", "file:" + _temporary]);
    }

    /// <summary>The next picture, of the size of the first.</summary>
    /// <exception cref="EspalierException">ffmpeg gave up.</exception>
    public void Add(Picture picture)
    {
        if (new PictureSize(picture.Width, picture.Height) != _size)
            throw new ArgumentException("pictures of a video have one size", nameof(picture));
        try
        {
            _process.Input.Write(picture.Pixels);
        }
        catch (IOException exception)
        {
            // After Ctrl-C it has finished with what it had.
            var complaint = _process.WaitForComplaint("file:" + _temporary) ?? "it ended early";
            if (!_process.EndedByInterruption(_interrupted))
                throw new EspalierException($"'{_path}' cannot be written by ffmpeg: {complaint}", exception);
        }
    }

    /// <summary>Makes the file whole and gives it its name.</summary>
    /// <exception cref="EspalierException">ffmpeg failed.</exception>
    public void Finish()
    {
        try
        {
            _process.Input.Close();
        }
        catch (IOException)
        {
            // It has ended, and its complaint says why.
        }

        var complaint = _process.WaitForComplaint("file:" + _temporary);
        if (complaint is not null && !_process.EndedByInterruption(_interrupted))
            throw new EspalierException($"'{_path}' cannot be written by ffmpeg: {complaint}");
        if (File.Exists(_temporary)) File.Move(_temporary, _path, overwrite: true);
    }

    /// <summary>The same for a source that failed in the middle: what it showed until then is kept if it can be,
    /// and what failed is the thing to report.</summary>
    public void FinishWhatIsThere()
    {
        try
        {
            Finish();
        }
        catch (EspalierException)
        {
            // The encoder is what failed.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Dispose();
        File.Delete(_temporary);
    }

    private static bool HasH264(FfmpegTools tools)
    {
        using var asked = FfmpegProcess.Start(tools.Ffmpeg, ["-v", "error", "-hide_banner", "-encoders"]);
        asked.Input.Close();
        using var answer = new StreamReader(asked.Output);
        return answer.ReadToEnd().Contains(" libx264 ", StringComparison.Ordinal);
    }
}
