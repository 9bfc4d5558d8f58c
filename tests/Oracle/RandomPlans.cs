using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Pruning plans of every kind, for properties that must hold of all of them.</summary>
internal static class RandomPlans
{
    /// <summary>A plan whose criterion, target, floor, rounding, ranking, exceptions and whether it takes blocks follow from a
    /// seed.</summary>
    public static PruningPlan Draw(Network network, ChannelAnalysis analysis, int seed, int side)
    {
        var random = new Random(seed);
        var importance = random.Next(3) switch
        {
            0 => ChannelImportance.BatchNormScale(network),
            1 => ChannelImportance.KernelNorm(network),
            _ => ChannelImportance.Random(network, (ulong)seed),
        };
        PruningMeasure[] measures = [PruningMeasure.Operations, PruningMeasure.Parameters, PruningMeasure.Channels];
        var options = new PruningOptions
        {
            Target = new KeepShare(measures[random.Next(measures.Length)], 0.35 + (0.5 * random.NextDouble())),
            ImageSize = side,
            Rounding = random.Next(4) switch { 0 => 1, 1 => 2, 2 => 4, _ => 8 },
            Fewest = random.Next(1, 9),
            Uniform = random.Next(3) == 0,
            NormalizePerLayer = random.Next(2) == 0,
            PerCost = random.Next(3) == 0,
            KeepLayers = random.Next(3) == 0 ? ["model.0"] : [],
        };
        return PruningPlanner.Plan(analysis, importance, options with { Blocks = !options.Uniform && seed % 2 == 0 });
    }

    /// <summary>The network that such a plan leaves, constants folded on; two seeds of three take a detection level first.</summary>
    public static Network Cut(Network network, int seed, int side)
    {
        var rest = DetectionLevels.Without(network, [.. DetectionLevels.Names(network.Graph).Skip(seed % 3).Take(seed % 3)]);
        var analysis = ChannelAnalysis.Of(rest.Graph);
        var removal = Draw(rest, analysis, seed, side).Removal(analysis);
        return Surgery.Cut(rest, removal, ChannelConstants.Of(rest, removal));
    }
}
