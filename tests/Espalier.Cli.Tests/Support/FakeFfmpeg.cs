using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>Scripts in the place of ffmpeg and ffprobe: frames that a test chose, and videos that are their pixels as they came.</summary>
internal sealed class FakeFfmpeg
{
    private readonly Workspace _workspace;

    public FakeFfmpeg(Workspace workspace, int width = 64, int height = 64, string more = "")
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the scripts need a Unix shell");
        _workspace = workspace;
        Clip = workspace.Write("a clip's.mp4", "no video");
        Description(
            $$"""{"streams": [{"width": {{width}}, "height": {{height}}, "avg_frame_rate": "25/1", "duration": "0.24"{{more}}}]}"""
        );
        Probe("cat \"$here/description.json\"");
        Frames([]);
        End("exit 0");
    }

    /// <summary>The folder of both.</summary>
    public string Programs => _workspace.At("programs");

    /// <summary>A file that passes for a video.</summary>
    public string Clip { get; }

    /// <summary>The words that ffmpeg was called with to read.</summary>
    public string[] Words => File.ReadAllLines(Path.Combine(Programs, "words.txt"));

    /// <summary>What ffprobe says.</summary>
    public void Description(string json) => _workspace.Write("programs/description.json", json);

    /// <summary>What ffprobe does.</summary>
    public void Probe(string script) => Program("ffprobe", script);

    /// <summary>The frames of the video.</summary>
    public void Frames(IEnumerable<Picture> pictures) =>
        _workspace.Write("programs/frames.raw", [.. pictures.SelectMany(picture => picture.Pixels)]);

    /// <summary>What ffmpeg does after the frames.</summary>
    public void End(string script) => Program("ffmpeg", $$"""
        for last; do :; done
        case "$*" in
            *-encoders*) echo ' V....D libx264 '; exit 0;;
            *pipe:0*) cat > "${last#file:}"; exit 0;;
        esac
        printf '%s\n' "$@" > "$here/words.txt"
        echo $$ > "$here/process.txt"
        cat "$here/frames.raw"
        {{script}}
        """);

    private void Program(string name, string script)
    {
        var path = _workspace.Write($"programs/{name}", $"#!/bin/sh\nhere='{Programs}'\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
