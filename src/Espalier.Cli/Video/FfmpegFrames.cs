using System.Collections.Concurrent;
using System.Diagnostics;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Cli.Video;

/// <summary>
/// The frames of a video as a child process of ffmpeg gives them out: raw RGB at a constant rate, turned upright. They are read ahead into
/// a few buffers that are used again and again; a video waits where nobody takes them, of a camera the oldest are dropped.
/// </summary>
internal sealed class FfmpegFrames : IDisposable
{
    private const int Buffers = 4;
    private readonly BlockingCollection<Picture> _free = [];
    private readonly BlockingCollection<VideoFrame> _filled = [];
    private readonly FfmpegProcess _process;
    private readonly CancellationToken _interrupted;
    private readonly double _secondsAFrame;
    private readonly Task _reading;

    private FfmpegFrames(FfmpegTools tools, VideoSource source, VideoFacts facts, int every, CancellationToken interrupted)
    {
        (Source, Facts, _interrupted, _secondsAFrame) = (source, facts, interrupted, every / facts.FramesASecond);
        Total = facts.Seconds is { } seconds ? Math.Max((int)Math.Min(seconds / _secondsAFrame, int.MaxValue), 1) : null;
        for (var i = 0; i < Buffers; i++) _free.Add(new Picture(facts.Width, facts.Height), CancellationToken.None);
        _process = FfmpegProcess.Start(tools.Ffmpeg, Words(source, facts, every));
        _process.Input.Close();
        _reading = Task.Factory.StartNew(ReadAhead, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Size, rate and length.</summary>
    public VideoFacts Facts { get; }

    /// <summary>About how many frames there will be; null where nobody knows.</summary>
    public int? Total { get; }

    /// <summary>Frames given out a second of video, as ffmpeg reads it.</summary>
    public string Rate => Invariant($"{1 / _secondsAFrame:0.######}");

    /// <summary>What they are read from.</summary>
    public VideoSource Source { get; }

    /// <summary>Begins to read.</summary>
    /// <param name="tools">ffmpeg.</param>
    /// <param name="source">A file or a camera.</param>
    /// <param name="every">Each how manieth frame to give out, from the first one on; 1 for all.</param>
    /// <param name="interrupted">Ends the frames early.</param>
    /// <exception cref="EspalierException">It is no video, or one larger than pictures may be.</exception>
    public static FfmpegFrames Open(FfmpegTools tools, VideoSource source, int every, CancellationToken interrupted) =>
        new(tools, source, VideoFacts.Ask(tools, source), every, interrupted);

    /// <summary>The frames, once. They end early where interrupted.</summary>
    /// <exception cref="EspalierException">ffmpeg failed, or the video holds no frame.</exception>
    public IEnumerable<VideoFrame> Read()
    {
        var any = false;
        while (Take() is { } frame)
        {
            any = true;
            yield return frame;
            _free.Add(frame.Picture, CancellationToken.None);
        }

        if (_interrupted.IsCancellationRequested) yield break;
        _reading.GetAwaiter().GetResult();
        if (_process.WaitForComplaint(Source.Input) is not { } complaint)
        {
            if (!any) throw new EspalierException($"'{Source.Path}' holds no frames");
            yield break;
        }

        if (_process.EndedByInterruption(_interrupted)) yield break;
        throw new EspalierException($"'{Source.Path}' cannot be read {(any ? "to its end" : "as a video")}: {complaint}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _free.CompleteAdding();
        _process.Kill();
        Task.WaitAny(_reading);
        _process.Dispose();
        _free.Dispose();
        _filled.Dispose();
    }

    private static string[] Words(VideoSource source, VideoFacts facts, int every)
    {
        // Phones film at a rate that varies; at a constant one a frame's time follows from its number. A camera's frames are taken as they
        // come.
        var constant = source.IsLive ? "" : Invariant($"fps={facts.Rate.Numerator}/{facts.Rate.Denominator},");
        var filter = Invariant($"{constant}framestep={every}");
        return ["-nostdin", "-v", "error", .. source.InputWords, "-i", source.Input, "-map", "0:V:0", "-vf", filter, "-f",
            "rawvideo", "-pix_fmt", "rgb24", "pipe:1"];
    }

    private VideoFrame? Take()
    {
        try
        {
            return _filled.TryTake(out var frame, Timeout.Infinite, _interrupted) ? frame : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void ReadAhead()
    {
        try
        {
            var clock = Stopwatch.StartNew();
            for (long number = 0; NextBuffer() is { } picture; number++)
            {
                if (_process.Output.ReadAtLeast(picture.Pixels, picture.Pixels.Length, throwOnEndOfStream: false) < picture.Pixels.Length)
                    return;
                if (number == 0) clock.Restart();
                _filled.Add(new VideoFrame(picture, Source.IsLive ? clock.Elapsed.TotalSeconds : number * _secondsAFrame));
            }
        }
        finally
        {
            _filled.CompleteAdding();
        }
    }

    /// <summary>A buffer to fill; null once nobody wants frames any more.</summary>
    private Picture? NextBuffer()
    {
        if (_free.TryTake(out var picture)) return picture;
        if (Source.IsLive && !_free.IsCompleted && _filled.TryTake(out var oldest)) return oldest.Picture;
        return _free.TryTake(out picture, Timeout.Infinite) ? picture : null;
    }
}
