using Espalier.Training.Runs;

namespace Espalier.Pipelines.Experiments;

/// <summary>What a model is in an experiment.</summary>
public enum ModelRole
{
    /// <summary>The baseline.</summary>
    Dense,

    /// <summary>The baseline after sparse training.</summary>
    Sparse,

    /// <summary>What a cut left.</summary>
    Cut,

    /// <summary>The same, fine-tuned.</summary>
    Tuned,
}

/// <summary>One of an experiment's models.</summary>
/// <param name="Name">Such as <c>dense</c> or <c>taylor-0.40</c>.</param>
/// <param name="Role">What it is.</param>
/// <param name="Weights">Its file.</param>
/// <param name="Run">The training that it came from; null for a cut.</param>
/// <param name="Cut">The cut that it went through; null for those before.</param>
public sealed record ExperimentModel(string Name, ModelRole Role, string Weights, RunFolder? Run, CutPlan? Cut)
{
    /// <summary>All of an experiment's models, in the order in which they come about.</summary>
    public static IReadOnlyList<ExperimentModel> All(ExperimentPlan plan, ExperimentFolder folder) =>
    [
        new("dense", ModelRole.Dense, folder.Dense.Best, folder.Dense, null),
        .. plan.Sparse is null ? [] : new[] { new ExperimentModel("sparse", ModelRole.Sparse, folder.Sparse.Best, folder.Sparse, null) },
        .. plan.Cutting.Cuts().SelectMany(cut => new[]
        {
            new ExperimentModel(cut.Name + "-cut", ModelRole.Cut, folder.CutWeights(cut), null, cut),
            new ExperimentModel(cut.Name, ModelRole.Tuned, folder.Tuned(cut).Best, folder.Tuned(cut), cut),
        }),
    ];
}
