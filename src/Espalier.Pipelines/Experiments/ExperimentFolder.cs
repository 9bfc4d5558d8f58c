using Espalier.Core;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Experiments;

/// <summary>Where everything of an experiment lies.</summary>
/// <param name="Path">The folder.</param>
public sealed record ExperimentFolder(string Path)
{
    /// <summary>The drawn street.</summary>
    public string Street => At("street");

    /// <summary>The training of the baseline.</summary>
    public RunFolder Dense => Run("dense");

    /// <summary>Sparse training.</summary>
    public RunFolder Sparse => Run("sparse");

    /// <summary>How fast the models are.</summary>
    public string Speed => At("speed.json");

    /// <summary>The report as a page.</summary>
    public string Html => At("report.html");

    /// <summary>What a cut left, before it was fine-tuned: plan, weights, and how each step was judged.</summary>
    public string Cut(CutPlan cut) => At("cuts", cut.Name);

    /// <summary>What a cut left: the weights.</summary>
    public string CutWeights(CutPlan cut) => new CutFolder(Cut(cut)).Weights;

    /// <summary>How a cut was made, and how each of its steps was judged.</summary>
    public string CutRecord(CutPlan cut) => new CutFolder(Cut(cut)).Record;

    /// <summary>The fine-tuning after a cut.</summary>
    public RunFolder Tuned(CutPlan cut) => Run("tuned", cut.Name);

    /// <summary>How a model was judged.</summary>
    public string Judged(string model) => At("judged", model + ".json");

    /// <summary>A picture of the report.</summary>
    public string Picture(string name) => At("pictures", name);

    /// <summary>Makes the folder, and keeps other processes from working in it.</summary>
    /// <exception cref="EspalierException">One does already, or the folder cannot be written.</exception>
    internal WriterLock Lock() => StageFolder.Lock(Path);

    private RunFolder Run(params ReadOnlySpan<string> names) => new(System.IO.Path.GetFullPath(At(names)));

    private string At(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);
}
