using Espalier.Training.Runs;

namespace Espalier.Cli.Demo;

/// <summary>Where everything of the demo lies.</summary>
/// <param name="Path">The folder, as the user named it.</param>
internal sealed record DemoFolder(string Path)
{
    public string Street => System.IO.Path.Combine(Path, "street");

    public string Data => System.IO.Path.Combine(Street, "data.yaml");

    public string HeldOut => System.IO.Path.Combine(Street, "images", "val");

    public RunFolder Run => new(System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, "run")));

    public string Best => System.IO.Path.Combine(Path, "run", "weights", "best.safetensors");

    public string Onnx => System.IO.Path.Combine(Path, "detector.onnx");

    public string Found => System.IO.Path.Combine(Path, "found.png");

    public string Page => System.IO.Path.Combine(Path, "index.html");
}
