using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Cli.Video;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary>Videos in <c>espalier read</c> and <c>predict</c>: mostly with scripts in ffmpeg's place, once with the real one where it is
/// installed.</summary>
public class VideoTests(TrainedRun trained)
{
    private Picture Frame => PictureReader.Read(Path.Combine(trained.Pictures, "3.png"));

    [Theory]
    [InlineData("read")]
    [InlineData("predict")]
    public void Without_ffmpeg_one_sentence_says_so_and_nothing_is_written(string command)
    {
        using var workspace = new Workspace();
        var clip = workspace.Write("clip.MP4", "no video");

        Assert.Equal("Videos are read by ffmpeg, which was not found; install it, or give pictures.",
            workspace.Refusal(command, trained.Best, "--source", clip, "--project", workspace.Project));
    }

    [Fact]
    public void A_number_that_every_frame_shows_is_one_track_with_its_times()
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Frames(Enumerable.Repeat(Frame, 6));
        string[] words = ["read", trained.Best, "--conf", "0", "--json", "--source"];

        var tracks = JsonDocument.Parse(CommandRun.WithPrograms(ffmpeg.Programs, [.. words, ffmpeg.Clip, "--every", "3"])
            .Succeeded().Output).RootElement.EnumerateArray().ToList();

        var numbers = JsonDocument.Parse(CommandRun.Of([.. words, Path.Combine(trained.Pictures, "3.png")]).Succeeded().Output)
            .RootElement[0].GetProperty("numbers").EnumerateArray().ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Select(number => number.GetProperty("text").GetString()).Order(),
            tracks.Select(track => track.GetProperty("number").GetString()).Order());
        Assert.Equal(numbers.Select(Box).Order(), tracks.Select(Box).Order());
        Assert.All(tracks, track => Assert.Equal((0, 0.6, 0), (track.GetProperty("firstSeconds").GetDouble(),
            track.GetProperty("lastSeconds").GetDouble(), track.GetProperty("bestSeconds").GetDouble())));
        Assert.Contains("fps=25/1,framestep=3", ffmpeg.Words);
        Assert.Contains("file:" + ffmpeg.Clip, ffmpeg.Words);

        static string Box(JsonElement item) => string.Join(' ', item.GetProperty("box").EnumerateArray().Select(edge => edge.GetRawText()));
    }

    [Fact]
    public void Lines_tell_what_came_and_went_and_the_table_and_the_video_are_written()
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Frames(Enumerable.Repeat(Frame, 6));

        var run = CommandRun.WithPrograms(ffmpeg.Programs, "read", trained.Best, "--conf", "0", "--source", ffmpeg.Clip,
            "--save-csv", "--save-pictures", "--project", workspace.Project).Succeeded();

        var lines = run.Output.TrimEnd().Split(Environment.NewLine);
        Assert.Matches(@"^0:00\.08  \d+ \(\d\.\d\d\)$", lines[0]);
        Assert.Matches(@"^0:00\.20  \d+ \(\d\.\d\d\) gone$", lines[^1]);
        Assert.Contains("6 frames, ", run.Error, StringComparison.Ordinal);
        var table = File.ReadAllLines(workspace.At("runs", "read", "numbers.csv"));
        Assert.Equal("number,confidence,firstSeconds,lastSeconds,bestSeconds,left,top,right,bottom", table[0]);
        Assert.Equal(lines.Length / 2, table.Length - 1);
        Assert.Equal(6 * 320 * 320 * 3, new FileInfo(workspace.At("runs", "read", "a clip's.mp4")).Length);
        Assert.Equal(2, Directory.GetFiles(workspace.At("runs", "read")).Length);
    }

    [Fact]
    public void Every_frame_of_an_upright_video_is_predicted_as_it_is_shown()
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace, 96, 64,
            ", \"side_data_list\": [{\"side_data_type\": \"Display Matrix\", \"rotation\": -90}]");
        ffmpeg.Frames(Enumerable.Range(0, 3).Select(i => Scenes.Square(64, 96, 2 + i, 2, 20)));

        var run = CommandRun.WithPrograms(ffmpeg.Programs, "predict", trained.Best, "--conf", "0", "--max-detections", "3",
            "--source", ffmpeg.Clip, "--save-txt", "--json", "--project", workspace.Project).Succeeded();

        var frames = JsonDocument.Parse(run.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal([0, 0.04, 0.08], frames.Select(frame => frame.GetProperty("seconds").GetDouble()));
        Assert.All(frames, frame => Assert.Equal((64, 96, 3), (frame.GetProperty("width").GetInt32(), frame.GetProperty("height")
            .GetInt32(), frame.GetProperty("detections").GetArrayLength())));
        Assert.Equal(ffmpeg.Clip + "#t=0.04", frames[1].GetProperty("path").GetString());
        Assert.Equal(["a clip's-000000.txt", "a clip's-000001.txt", "a clip's-000002.txt"],
            Directory.GetFiles(workspace.At("runs", "predict", "labels")).Select(Path.GetFileName).Order());
        Assert.Equal(3 * 320 * 480 * 3, new FileInfo(workspace.At("runs", "predict", "a clip's.mp4")).Length);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("predict")]
    public void What_ffmpeg_complains_of_is_told_in_a_sentence(string command)
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Probe("echo first >&2; echo 'moov atom not found' >&2; exit 1");
        Assert.Equal($"'{ffmpeg.Clip}' cannot be read as a video: moov atom not found.", Refusal());

        ffmpeg.Probe("cat \"$here/description.json\"");
        ffmpeg.End($"echo 'file:{ffmpeg.Clip.Replace("'", "'\\''", StringComparison.Ordinal)}: Input/output error' >&2; exit 1");
        Assert.Equal($"'{ffmpeg.Clip}' cannot be read as a video: Input/output error.", Refusal());

        ffmpeg.End("exit 0");
        Assert.Equal($"'{ffmpeg.Clip}' holds no frames.", Refusal());

        ffmpeg.End("exit 7");
        Assert.Equal($"'{ffmpeg.Clip}' cannot be read as a video: ffmpeg ended with code 7.", Refusal());

        string Refusal()
        {
            var run = CommandRun.WithPrograms(ffmpeg.Programs, command, trained.Best, "--source", ffmpeg.Clip, "--save-csv",
                "--project", workspace.Project);
            Assert.Equal(ExitCodes.Failed, run.Code);
            Assert.False(Directory.Exists(workspace.Project));
            return run.Sentence();
        }
    }

    [Theory]
    [InlineData("--every has an effect only together with a video or a camera.", "read", "--every", "2")]
    [InlineData("--every has an effect only together with a video or a camera.", "predict", "--every", "2")]
    [InlineData("--save-conf has an effect only together with --save-txt.", "predict", "--save-conf")]
    public void Options_without_an_effect_are_refused(string sentence, string command, params string[] options)
    {
        using var workspace = new Workspace();

        var run = CommandRun.Of([command, trained.Best, "--source", trained.Pictures, "--project", workspace.Project, .. options]);

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.StartsWith($"espalier: {sentence}{Environment.NewLine}", run.Error, StringComparison.Ordinal);
        Assert.Contains("--conf has an effect only together with --weights.", CommandRun.Of("data", "check", trained.Data, "--conf", "0.5")
            .Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_camera_showed_before_it_failed_is_not_lost()
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Frames(Enumerable.Repeat(Frame, 6));
        ffmpeg.End("echo 'No such device' >&2; exit 1");

        foreach (var command in (string[])["read", "predict"])
        {
            var run = CommandRun.WithPrograms(ffmpeg.Programs, [command, trained.Best, "--conf", "0", "--source", ffmpeg.Clip,
                "--save-csv", "--project", workspace.Project, .. command == "read" ? (string[])["--save-pictures"] : []]);

            Assert.Equal(ExitCodes.Failed, run.Code);
            Assert.Contains("No such device.", run.Error, StringComparison.Ordinal);
            Assert.Contains("Written to ", run.Error, StringComparison.Ordinal);
            Assert.True(File.ReadAllLines(workspace.At("runs", command, command == "read" ? "numbers.csv" : "predictions.csv")).Length > 1);
            Assert.Equal(6 * 320 * 320 * 3, new FileInfo(workspace.At("runs", command, "a clip's.mp4")).Length);
        }
    }

    [Theory]
    [InlineData("""{"streams": []}""", "' holds no video.")]
    [InlineData("""{"streams": [{"width": 100000, "height": 2}]}""",
        "The video has 100000 × 2 pixels; the limits are 32768 a side and 50331648 in all.")]
    [InlineData("""{"streams": [{"width": 64, """, "what ffprobe says about '")]
    [InlineData("""{"streams": [{"width": "64", "height": []}]}""", "' holds no video.")]
    [InlineData("""{"streams": 3}""", "what ffprobe says about '")]
    public void A_description_that_makes_no_sense_is_refused_before_anything_is_allocated(string json, string expected)
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Description(json);

        Assert.Contains(expected, CommandRun.WithPrograms(ffmpeg.Programs, "read", trained.Best, "--source", ffmpeg.Clip).Sentence(),
            StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("\"avg_frame_rate\": \"30000/1001\", \"r_frame_rate\": \"90000/1\"", 30000, 1001)]
    [InlineData("\"avg_frame_rate\": \"0/0\", \"r_frame_rate\": \"24/1\"", 24, 1)]
    [InlineData("\"avg_frame_rate\": \"-5/x\"", 25, 1)]
    public void The_rate_is_the_average_one_where_there_is_one(string rates, int numerator, int denominator)
    {
        using var json = JsonDocument.Parse($$"""{"streams": [{"width": 64, "height": 48, {{rates}}}], "format": {"duration": "2.5"} }""");

        Assert.Equal(new VideoFacts(64, 48, (numerator, denominator), 2.5), VideoFacts.Of(json.RootElement));
    }

    [Fact]
    public void Interrupted_frames_end_and_no_child_stays()
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Frames(Enumerable.Repeat(Frame, 2));
        ffmpeg.End("exec sleep 600");
        using var interrupted = new CancellationTokenSource();
        var seen = 0;
        using (var frames = FfmpegFrames.Open(FfmpegTools.Find(ffmpeg.Programs), VideoSource.Find(ffmpeg.Clip)!, 1, interrupted.Token))
        {
            foreach (var frame in frames.Read())
            {
                Assert.Equal(Frame.Pixels, frame.Picture.Pixels);
                if (++seen == 2) interrupted.Cancel();
            }
        }

        Assert.Equal(2, seen);
        var child = int.Parse(File.ReadAllText(Path.Combine(ffmpeg.Programs, "process.txt")), CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(child));
    }

    [Fact]
    public void More_frames_than_buffers_come_in_order()
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace, 8, 8);
        ffmpeg.Frames(Enumerable.Range(0, 50).Select(i => Picture.Filled(8, 8, (byte)i, 0, 0)));

        using var frames = FfmpegFrames.Open(FfmpegTools.Find(ffmpeg.Programs), VideoSource.Find(ffmpeg.Clip)!, 1,
            TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => ((byte)i, Math.Round(i * 0.04, 6))),
            frames.Read().Select(frame => (frame.Picture.Pixels[0], Math.Round(frame.Seconds, 6))));
    }

    [Fact]
    public void A_camera_does_not_wait_for_who_looks_and_the_newest_frames_are_kept()
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Frames(Enumerable.Range(0, 50).Select(i => Picture.Filled(64, 64, (byte)i, 0, 0)));
        ffmpeg.End("echo > \"$here/ended\"");
        var camera = new VideoSource("camera", "camera:0", ffmpeg.Clip, [], true);

        using var frames = FfmpegFrames.Open(FfmpegTools.Find(ffmpeg.Programs), camera, 1, TestContext.Current.CancellationToken);
        var seen = new List<byte>();
        foreach (var frame in frames.Read())
        {
            // All that it has is more than a pipe holds.
            if (seen.Count == 0)
                SpinWait.SpinUntil(() => File.Exists(Path.Combine(ffmpeg.Programs, "ended"))
                    || TestContext.Current.CancellationToken.IsCancellationRequested);
            seen.Add(frame.Picture.Pixels[0]);
        }

        Assert.Equal(seen.Order().Distinct(), seen);
        Assert.InRange(seen.Count, 1, 49);
        Assert.Equal(49, seen[^1]);
        Assert.DoesNotContain("fps=", string.Join(' ', ffmpeg.Words), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("photo.png", false)]
    [InlineData("-", false)]
    [InlineData("videos", false)]
    [InlineData("clip.txt", false)]
    public void Only_videos_and_cameras_are_videos(string source, bool isVideo) =>
        Assert.Equal(isVideo, VideoSource.Find(source) is not null);

    [Fact]
    public void Cameras_and_videos_that_are_not_there_are_refused()
    {
        using var workspace = new Workspace();
        var camera = workspace.Write("device", "");

        Assert.Contains("there is no file or folder", Assert.Throws<EspalierException>(() => VideoSource.Find(workspace.At("none.mkv")))
            .Message, StringComparison.Ordinal);
        Assert.Contains("one at a time", Assert.Throws<EspalierException>(() => VideoSource.Find("*.mp4")).Message,
            StringComparison.Ordinal);
        Assert.Contains("camera:0", Assert.Throws<EspalierException>(() => VideoSource.Find("camera:")).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux()) return;
        Assert.Equal("there is no camera '/dev/video987'", Assert.Throws<EspalierException>(() => VideoSource.Find("camera:987")).Message);
        Assert.Equal((true, camera), (VideoSource.Find("camera:" + camera)!.IsLive, VideoSource.Find("camera:" + camera)!.Input));
    }

    [Theory]
    [InlineData("rtsp://admin:secret@10.0.0.7:554/live", "rtsp://10.0.0.7:554/live",
        "-rtsp_transport tcp -protocol_whitelist rtsp,rtp,tcp")]
    [InlineData("rtsp://admin:p@ss@10.0.0.7/live@2", "rtsp://10.0.0.7/live@2", "-rtsp_transport tcp -protocol_whitelist rtsp,rtp,tcp")]
    [InlineData("RTSPS://camera/live", "RTSPS://camera/live", "-rtsp_transport tcp -protocol_whitelist rtsps,rtsp,rtp,tls,tcp")]
    [InlineData("rtmp://camera/live.mp4", "rtmp://camera/live.mp4", "-protocol_whitelist rtmp,tcp")]
    public void Streams_are_live_and_their_passwords_are_not_shown(string address, string shown, string words)
    {
        var source = VideoSource.Find(address)!;

        Assert.Equal((true, address, shown), (source.IsLive, source.Input, source.Path));
        Assert.Equal(words, string.Join(' ', source.InputWords));
    }

    [Theory]
    [InlineData("https://user:secret@example.org/clip.mp4")]
    [InlineData("file://clip.mp4")]
    public void Other_addresses_are_refused(string address)
    {
        var message = Assert.Throws<EspalierException>(() => VideoSource.Find(address)).Message;

        Assert.Contains("download anything else first", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read")]
    [InlineData("predict")]
    public void A_stream_is_read_until_it_ends(string command)
    {
        using var workspace = new Workspace();
        var ffmpeg = new FakeFfmpeg(workspace);
        ffmpeg.Frames(Enumerable.Repeat(Frame, 3));

        var run = CommandRun.WithPrograms(ffmpeg.Programs, command, trained.Best, "--conf", "0", "--source", "rtsp://me:secret@camera/live",
            "--json", "--project", workspace.Project).Succeeded();

        Assert.Contains("rtsp://me:secret@camera/live", ffmpeg.Words);
        Assert.DoesNotContain("secret", run.Output + run.Error, StringComparison.Ordinal);
        Assert.NotEmpty(JsonDocument.Parse(run.Output).RootElement.EnumerateArray());
    }

    [Fact]
    public void A_number_is_a_camera_unless_a_file_has_that_name()
    {
        if (!OperatingSystem.IsLinux()) return;
        Assert.Equal("there is no camera '/dev/video987'", Assert.Throws<EspalierException>(() => VideoSource.Find("987")).Message);
        using var workspace = new Workspace();
        Assert.Null(VideoSource.Find(workspace.Write("987", "")));
    }

    [Fact]
    public void The_real_ffmpeg_reads_a_film_and_writes_another()
    {
        var programs = Environment.GetEnvironmentVariable("PATH");
        FfmpegTools tools;
        try
        {
            tools = FfmpegTools.Find(programs);
        }
        catch (EspalierException)
        {
            Assert.Skip("ffmpeg is not installed");
            return;
        }

        using var workspace = new Workspace();
        for (var i = 0; i < 10; i++) PictureWriter.Write(workspace.At($"{i}.png"), Scenes.Square(65, 49, 3 + i, 5, 30));
        var clip = workspace.At("it's a film.mkv");
        using (var make = FfmpegProcess.Start(tools.Ffmpeg,
            ["-nostdin", "-v", "error", "-framerate", "10", "-i", workspace.At("%d.png"), "-c:v", "mpeg4", "-q:v", "2", clip]))
            Assert.Null(make.WaitForComplaint(clip));

        var run = CommandRun.WithPrograms(programs, "predict", trained.Best, "--source", clip, "--every", "2", "--conf",
            "0", "--max-detections", "2", "--json", "--project", workspace.Project).Succeeded();

        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8], JsonDocument.Parse(run.Output).RootElement.EnumerateArray()
            .Select(frame => frame.GetProperty("seconds").GetDouble()));
        var written = VideoFacts.Ask(tools, VideoSource.Find(workspace.At("runs", "predict", "it's a film.mp4"))!);
        Assert.Equal((456, 344, 5, 1.0), (written.Width, written.Height, written.FramesASecond, written.Seconds));
        var junk = workspace.Write("junk.mp4", "no video");
        Assert.Equal($"'{junk}' cannot be read as a video: Invalid data found when processing input.",
            CommandRun.WithPrograms(programs, "read", trained.Best, "--source", junk).Sentence());
    }
}
