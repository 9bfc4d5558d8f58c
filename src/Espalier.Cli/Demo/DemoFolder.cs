using Espalier.Pipelines.Experiments;

namespace Espalier.Cli.Demo;

/// <summary>Where everything of the demo lies.</summary>
/// <param name="Path">The folder, as the user named it.</param>
internal sealed record DemoFolder(string Path)
{
    public ExperimentFolder Experiment => new(Path);

    public string Data => System.IO.Path.Combine(Experiment.Street, "data.yaml");

    public string HeldOut => System.IO.Path.Combine(Experiment.Street, "images", "val");

    public string Onnx => System.IO.Path.Combine(Path, "detector.onnx");

    public string Found => System.IO.Path.Combine(Path, "found.png");

    /// <summary>The size that was chosen: a demo that goes on keeps it.</summary>
    public string Size => System.IO.Path.Combine(Path, "size.json");

    public string Page => System.IO.Path.Combine(Path, "index.html");
}
