using System.Globalization;
using System.Text;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.Cli.Video;

/// <summary>Reads the house numbers of a video and keeps them steady:
/// a line where one appears, changes or goes, and tracks at the end.</summary>
/// <param name="reader">Reads single frames.</param>
/// <param name="frames">The video.</param>
/// <param name="terminal">Where to speak.</param>
internal sealed class VideoReading(HouseNumberReader reader, FfmpegFrames frames, TerminalSession terminal)
{
    private readonly SteadyNumbers _steady = new();
    private double _last;

    /// <summary>Frames read so far.</summary>
    public int Frames { get; private set; }

    /// <summary>The numbers so far.</summary>
    public IReadOnlyList<NumberTrack> Tracks => _steady.Tracks;

    /// <summary>Reads the video to its end, or until interrupted.</summary>
    /// <param name="quiet">Whether to write no lines.</param>
    /// <param name="begin">Begins a video of annotated frames of a size; null for none.</param>
    /// <exception cref="EspalierException">ffmpeg failed.</exception>
    public void Read(bool quiet, Func<PictureSize, AnnotatedVideo>? begin)
    {
        var progress = new ProgressLine(terminal);
        AnnotatedVideo? annotated = null;
        try
        {
            foreach (var (picture, seconds) in frames.Read())
            {
                Tell(_steady.Add(reader.Read(picture), seconds), seconds, quiet);
                if (begin is not null)
                {
                    var painted = BoxPainter.Paint(picture, [.. _steady.Current.Select(Box)]);
                    annotated ??= begin(new PictureSize(painted.Width, painted.Height));
                    annotated.Add(painted);
                }

                _last = seconds;
                Frames++;
                if (frames.Total is { } total) progress.Update("reading", Math.Min(Frames, total), total);
            }

            Tell(_steady.End(), _last, quiet);
            annotated?.Finish();
        }
        catch (EspalierException) when (Frames > 0)
        {
            Tell(_steady.End(), _last, quiet);
            annotated?.FinishWhatIsThere();
            throw;
        }
        finally
        {
            terminal.Clear();
            annotated?.Dispose();
        }
    }

    /// <summary>The tracks as JSON.</summary>
    public static string ToJson(IEnumerable<NumberTrack> tracks) => JsonOutput.Text(tracks.Select(track => new
    {
        Number = track.Text,
        Confidence = Math.Round(track.Confidence, 5),
        FirstSeconds = Math.Round(track.FirstSeconds, 3),
        LastSeconds = Math.Round(track.LastSeconds, 3),
        BestSeconds = Math.Round(track.BestSeconds, 3),
        Box = new[] { track.Box.Left, track.Box.Top, track.Box.Right, track.Box.Bottom }.Select(edge => Math.Round(edge, 2)),
    }));

    /// <summary>The tracks as a table of comma-separated values.</summary>
    public static string ToTable(IEnumerable<NumberTrack> tracks)
    {
        var table = new StringBuilder("number,confidence,firstSeconds,lastSeconds,bestSeconds,left,top,right,bottom\n");
        foreach (var track in tracks)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"{track.Text},{track.Confidence:0.#####},{track.FirstSeconds:0.###},{track.LastSeconds:0.###},{track.BestSeconds:0.###},"
                    + $"{track.Box.Left:0.##},{track.Box.Top:0.##},{track.Box.Right:0.##},{track.Box.Bottom:0.##}\n");
        }

        return table.ToString();
    }

    private void Tell(IEnumerable<NumberChange> changes, double seconds, bool quiet)
    {
        if (quiet) return;
        foreach (var (what, number, before) in changes)
        {
            terminal.Clear();
            terminal.Output.WriteLine(Invariant($"{Clock(seconds)}  {(what == NumberEvent.Changed ? before + " → " : "")}{number.Text} ")
                + Invariant($"({number.Confidence:0.00}){(what == NumberEvent.Gone ? " gone" : "")}"));
        }

        // Somebody may watch a camera through a pipe.
        terminal.Output.Flush();
    }

    // Its identity gives the colour.
    private static PaintedBox Box(SteadyNumber number) =>
        new(number.Box, number.Identity, Invariant($"{number.Text} {number.Confidence:0.00}"));

    private static string Clock(double seconds)
    {
        var hundredths = (long)Math.Round(seconds * 100);
        return Invariant($"{hundredths / 6000}:{hundredths / 100 % 60:00}.{hundredths % 100:00}");
    }
}
