namespace Espalier.Pipelines.Experiments;

/// <summary>What a cut left, before it was fine-tuned.</summary>
/// <param name="Path">The folder.</param>
internal sealed record CutFolder(string Path)
{
    /// <summary>The weights.</summary>
    public string Weights => At("pruned.safetensors");

    /// <summary>How it was made, and how each of its steps was judged.</summary>
    public string Record => At("cut.json");

    /// <summary>Which channels went.</summary>
    public string Plan => At("plan.json");

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
