using Espalier.Training.Runs;

namespace Espalier.Tests;

/// <summary>
/// One epoch of <c>espalier train</c> over eight small pictures, run once for all tests, where numbers are written with a decimal comma:
/// nothing that it writes may show that.
/// </summary>
public sealed class TrainedRun : IDisposable
{
    private readonly Workspace _workspace = new();

    public TrainedRun()
    {
        Data = _workspace.YoloFolder();
        Command = CommandRun.WithDecimalComma(
            "train",
            Data,
            "--model",
            "yolov5n",
            "--image-size",
            "64",
            "--batch",
            "4",
            "--epochs",
            "1",
            "--no-autoanchor",
            "--project",
            _workspace.Project
        );
    }

    /// <summary>The data.yaml.</summary>
    public string Data { get; }

    /// <summary>Where the eight pictures lie.</summary>
    public string Pictures => _workspace.At("set", "images");

    public RunFolder Folder => new(Path.Combine(_workspace.Project, "train"));

    public string Best => Command.Succeeded() is not null ? Folder.Best : "";

    internal CommandRun Command { get; }

    public void Dispose() => _workspace.Dispose();
}
