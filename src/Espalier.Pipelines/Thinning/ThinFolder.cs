using Espalier.Core;
using Espalier.Pipelines.Experiments;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Thinning;

/// <summary>Where everything of a thinning lies.</summary>
/// <param name="Path">The folder.</param>
public sealed record ThinFolder(string Path)
{
    /// <summary>What the folder was begun with.</summary>
    public string Journal => At("thin.json");

    /// <summary>A copy of the dense network, for the size of pictures that is thinned for.</summary>
    public string Dense => At("dense.safetensors");

    /// <summary>Sparse training.</summary>
    public RunFolder Sparse => Run("sparse");

    /// <summary>The chosen network's weights.</summary>
    public string ChosenWeights => At("thinned.safetensors");

    /// <summary>The chosen file, to be shipped.</summary>
    public string ChosenFile => At("thinned.onnx");

    /// <summary>The report as a page.</summary>
    public string Html => At("report.html");

    /// <summary>The fine-tuning after a cut.</summary>
    /// <param name="step">The cut's number, from 1.</param>
    public RunFolder Tuned(int step) => Run("tuned", Name(step));

    /// <summary>The weights of a step: 0 is the dense network.</summary>
    public string Weights(int step) => step == 0 ? Dense : Tuned(step).Best;

    /// <summary>An ONNX file of a step.</summary>
    /// <param name="step">From 0, the dense network.</param>
    /// <param name="isInt8">Which of them.</param>
    public string File(int step, bool isInt8) => At("steps", Name(step), isInt8 ? "int8.onnx" : "float.onnx");

    /// <summary>Makes the folder, and keeps other processes from working in it.</summary>
    /// <exception cref="EspalierException">One does already, or the folder cannot be written.</exception>
    internal WriterLock Lock() => StageFolder.Lock(Path);

    /// <summary>What a cut left.</summary>
    internal CutFolder Cut(int step) => new(At("cuts", Name(step)));

    /// <summary>How a step was judged and timed.</summary>
    internal string Judged(int step) => At("steps", Name(step), "step.json");

    private static string Name(int step) => Invariant($"{step}");

    private RunFolder Run(params ReadOnlySpan<string> names) => new(System.IO.Path.GetFullPath(At(names)));

    private string At(params ReadOnlySpan<string> names) => System.IO.Path.Combine([Path, .. names]);
}
