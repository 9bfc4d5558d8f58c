using Espalier.Training.Runs;

namespace Espalier.Cli.Experiments;

/// <summary>Where everything of an experiment lies.</summary>
/// <param name="Path">The folder.</param>
internal sealed record ExperimentFolder(string Path)
{
    public string Street => At("street");

    public RunFolder Dense => Run("dense");

    public RunFolder Sparse => Run("sparse");

    public string Speed => At("speed.json");

    public string Html => At("report.html");

    public string Markdown => At("report.md");

    public string Csv => At("report.csv");

    /// <summary>What a cut left, before it was fine-tuned: plan, weights, and how each step was judged.</summary>
    public string Cut(CutPlan cut) => At("cuts", cut.Name);

    public string CutWeights(CutPlan cut) => System.IO.Path.Combine(Cut(cut), "pruned.safetensors");

    public string CutRecord(CutPlan cut) => System.IO.Path.Combine(Cut(cut), "cut.json");

    /// <summary>The fine-tuning after a cut.</summary>
    public RunFolder Tuned(CutPlan cut) => Run("tuned", cut.Name);

    /// <summary>How a model was judged.</summary>
    public string Judged(string model) => At("judged", model + ".json");

    /// <summary>A picture of the report.</summary>
    public string Picture(string name) => At("pictures", name);

    private RunFolder Run(params ReadOnlySpan<string> names) => new(System.IO.Path.GetFullPath(At(names)));

    private string At(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);
}
