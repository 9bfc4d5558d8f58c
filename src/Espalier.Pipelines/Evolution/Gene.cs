using System.Globalization;
using Espalier.Core;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Evolution;

/// <summary>A hyper-parameter that evolves: how far it moves from one generation to the next, and within what.</summary>
/// <param name="Name">In a file of hyper-parameters.</param>
/// <param name="Gain">Times <see cref="Spread"/>, the standard deviation of the logarithm of what it is multiplied with.</param>
/// <param name="Lowest">What it does not fall below.</param>
/// <param name="Highest">What it does not rise above.</param>
internal sealed record Gene(string Name, double Gain, double Lowest, double Highest)
{
    private const ulong Purpose = 201;
    private const double Chance = 0.8, Spread = 0.2;
    private const int Parents = 5;

    // Of two equally good parents each is chosen as often.
    private const double LeastWeight = 1e-3;

    /// <summary>
    /// All of them. Rates and gains of the loss, which span decades, move freely; momenta and shares, for which little is much, a third as
    /// far. What the user leaves at 0 is switched off and stays so, for it is only ever multiplied. <c>nbs</c> and <c>label_smoothing</c>
    /// do not evolve.
    /// </summary>
    public static IReadOnlyList<Gene> All { get; } =
    [
        new("lr0", 1, 1e-5, 0.2),
        new("lrf", 1, 0.001, 1),
        new("momentum", 0.3, 0.5, 0.98),
        new("weight_decay", 1, 0, 0.005),
        new("warmup_epochs", 1, 0, 10),
        new("warmup_momentum", 0.3, 0, 0.95),
        new("warmup_bias_lr", 1, 0, 0.5),
        new("box", 1, 0.01, 0.5),
        new("cls", 1, 0.1, 5),
        new("obj", 1, 0.1, 5),
        new("cls_pw", 0.3, 0.5, 2),
        new("obj_pw", 0.3, 0.5, 2),
        new("anchor_t", 0.3, 2, 8),
        new("fl_gamma", 1, 0, 3),
        new("hsv_h", 1, 0, 0.1),
        new("hsv_s", 1, 0, 0.95),
        new("hsv_v", 1, 0, 0.95),
        new("degrees", 1, 0, 45),
        new("translate", 1, 0, 0.9),
        new("scale", 1, 0, 0.9),
        new("shear", 1, 0, 10),
        new("perspective", 1, 0, 0.001),
        new("flipud", 0.3, 0, 1),
        new("fliplr", 0.3, 0, 1),
        new("mosaic", 0.3, 0, 1),
        new("mixup", 1, 0, 1),
    ];

    /// <summary>The hyper-parameters to try next: those of one of the five best generations, the better the more often,
    /// each changed with a chance of four fifths.</summary>
    /// <param name="done">At least one generation.</param>
    /// <param name="seed">The user's seed; with the number of generations it decides everything.</param>
    public static HyperParameters Mutate(IReadOnlyList<Generation> done, int seed)
    {
        var random = new KeyedRandom((ulong)seed, Purpose, (ulong)done.Count);
        var parameters = Parent(done, random.NextUnit()).HyperParameters;
        var values = HyperParameterFile.Values(parameters).ToDictionary(pair => pair.Name, pair => (double)pair.Value);
        foreach (var gene in All)
        {
            // Both numbers are drawn in any case, so that a gene's fate does not hang on the others'.
            var (moves, factor) = (random.NextChance(Chance), Math.Exp(gene.Gain * Spread * random.NextNormal()));
            if (moves && values[gene.Name] is not 0 and var value)
                parameters = HyperParameterFile.With(parameters, gene.Name, gene.Text(value * factor), "evolution");
        }

        return parameters;
    }

    private static Generation Parent(IReadOnlyList<Generation> done, double share)
    {
        var best = done.OrderByDescending(generation => generation.Fitness).Take(Parents).ToList();
        var weights = best.ConvertAll(generation => generation.Fitness - best[^1].Fitness + LeastWeight);
        var left = share * weights.Sum();
        var chosen = weights.FindIndex(weight => (left -= weight) < 0);
        return best[chosen < 0 ? ^1 : chosen];
    }

    // Five digits are more than anybody means, and are the same whether they come from memory or from a file.
    private string Text(double value) => Math.Clamp(value, Lowest, Highest).ToString("G5", CultureInfo.InvariantCulture);
}
