using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Anchors;
using Espalier.Networks;
using Espalier.Training.Runs;
using static System.FormattableString;

namespace Espalier.Training.Loops;

/// <summary>
/// Makes the network that a new run starts from: an architecture or a checkpoint, for the data's classes and with anchors that suit its
/// boxes.
/// </summary>
/// <param name="architecture">The architecture; null where the weights bring their own.</param>
/// <param name="source">The weights to start from, if any.</param>
internal sealed class StartingNetwork(Architecture? architecture, Checkpoint? source)
{
    /// <summary>
    /// Reads architecture and weights, and holds the options against them: all that can be wrong before a photo is looked at.
    /// </summary>
    public static StartingNetwork Open(TrainingOptions options)
    {
        if (options.Model is null && options.Weights is null)
            throw new OptionException("A run needs an architecture or weights to start from.");
        var architecture = options.Model is null ? null : Architecture.Load(options.Model);
        var source = options.Weights is null ? null : Checkpoint.Open(options.Weights);
        var graph = architecture is null ? source!.Graph : GraphBuilder.Expand(architecture);
        options.Validate(graph.Stride);
        if (options.FreezeRows > graph.Detect.Row)
        {
            throw new OptionException(
                $"{options.FreezeRows} frozen rows leave nothing to learn: there are {graph.Detect.Row + 1}, "
                + $"and at most {graph.Detect.Row} can be frozen.");
        }

        if (architecture is not null && source is not null) RequireFit(source, graph, options);
        return new StartingNetwork(architecture, source);
    }

    /// <summary>
    /// Data with the classes in the order of the weights that bring their own network, where they are the same classes: its heads are used
    /// as they are.
    /// </summary>
    public TrainingData InOwnOrder(TrainingData data, TrainingOptions options, Action<string> note)
    {
        var names = data.Training.ClassNames;
        return architecture is null && source!.ClassNames.Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal))
            ? data.InOrderOf(source.ClassNames, options.Weights!, options.Data, note)
            : data;
    }

    /// <summary>Graph and weights before the first batch.</summary>
    public Checkpoint Create(TrainingOptions options, TrainingData data, Action<string> note, CancellationToken cancellationToken = default)
    {
        if (architecture is { AsksForMasks: true }) note($"{architecture.Name} segments: its boxes are learned, its masks are not");
        var names = data.Training.ClassNames;
        var graph = architecture is null ? source!.Graph.WithClasses(names.Count) : GraphBuilder.Expand(architecture, names.Count);
        if (options.Activation is { } activation) graph = graph.WithActivation(activation);
        if (options.AutoAnchor) graph = FitAnchors(graph, data.Training, options, note, cancellationToken);
        var weights = WeightInitializer.Initialize(graph, (ulong)options.Seed);
        if (source is not null) weights = Transfer(source, graph, weights, options.Weights!, note);
        return new Checkpoint { Graph = graph, Weights = weights, ClassNames = [.. names], ImageSize = options.ImageSize };
    }

    /// <summary>Counters of batches and small norms fit anything; what was learned lies in the convolutions.</summary>
    private static void RequireFit(Checkpoint source, Graph graph, TrainingOptions options)
    {
        var kernels = Kernels(graph);
        if (kernels.Any(kernel => source.Weights.Find(kernel.Name) is { } array && kernel.Shape.AsSpan().SequenceEqual(array.Shape)))
            return;
        throw new EspalierException($"'{options.Weights}' fits none of the {kernels.Length} convolutions of {options.Model}; choose "
            + $"weights of the same architecture and size, or train without --weights.");
    }

    private static ImmutableArray<StateItem> Kernels(Graph graph) =>
        [.. graph.State().Where(item => item.Kind == StateKind.ConvolutionWeight)];

    private static Weights Transfer(Checkpoint source, Graph graph, Weights initial, string path, Action<string> note)
    {
        var transfer = WeightTransfer.Intersect(source.Weights, graph, initial);
        var kernels = Kernels(graph);
        note($"Took {transfer.Copied} of {transfer.Total} arrays from {path}, "
            + $"{kernels.Count(kernel => !transfer.Kept.Contains(kernel.Name))} of {kernels.Length} convolutions among them");
        return transfer.Weights;
    }

    private static Graph FitAnchors(Graph graph, DetectionDataset data, TrainingOptions options, Action<string> note,
        CancellationToken cancellationToken)
    {
        var detect = graph.Detect;
        var anchors = detect.Anchors.SelectMany(level => level.Chunk(2)).Select(sides => new AnchorSize(sides[0], sides[1])).ToArray();
        var seed = (ulong)options.Seed;
        var sizes = AnchorFitting.LabelSizes(data.Entries, options.ImageSize, 0.1, seed);
        var fitting = new AnchorFittingOptions { Seed = seed, Threshold = options.HyperParameters.Loss.AnchorThreshold };
        var fitted = AnchorFitting.Check(sizes, anchors, fitting, cancellationToken);
        var sides = string.Join("  ", fitted.Anchors.Select(anchor => Invariant($"{anchor.Width:0},{anchor.Height:0}")));
        note(Invariant($"Anchors: best-possible recall {fitted.Before.BestPossibleRecall:0.000}, ")
            + (fitted.Changed
                ? Invariant($"with newly fitted ones {fitted.After.BestPossibleRecall:0.000}: {sides}")
                : Invariant($"{fitted.Before.AnchorsAboveThreshold:0.00} anchors a box: they stay")));
        return fitted.Changed ? graph.WithAnchors(fitted.PerLevel(detect.Strides.Length)) : graph;
    }
}
