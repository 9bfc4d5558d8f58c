using Espalier.Networks;

namespace Espalier.Pipelines.Quantization;

/// <summary>
/// Finds, by measurement on training pictures, how many convolutions must stay in float for a network to lose no more than is allowed, in
/// doubling steps: those whose rounding alone moves its scores most.
/// </summary>
/// <param name="checkpoint">The network.</param>
/// <param name="judge">Training pictures.</param>
/// <param name="tolerance">The loss in mAP50 that is allowed, 0…1.</param>
/// <param name="note">Told what is being done.</param>
internal sealed class KeepSearch(Checkpoint checkpoint, Judge judge, double tolerance, Action<string> note)
{
    private const int BatchesForRanking = 4;

    /// <summary>The plan with as few convolutions in float as will do; all that help, where even they do not.</summary>
    /// <param name="plan">Everything in int8.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public QuantizationPlan Run(QuantizationPlan plan, CancellationToken cancellationToken)
    {
        var whole = Accuracy(null, cancellationToken);
        var best = (Plan: plan, Accuracy: Accuracy(plan, cancellationToken));
        Say("everything in int8", best.Accuracy, whole);
        if (best.Accuracy >= whole - tolerance) return plan;

        var ranked = Ranked(plan, cancellationToken);
        for (var kept = 1; kept <= ranked.Count / 2; kept *= 2)
        {
            var candidate = plan with { KeptFloat = [.. ranked.Take(kept)] };
            var accuracy = Accuracy(candidate, cancellationToken);
            Say(kept == 1 ? $"{ranked[0]} in float" : $"{kept} convolutions in float", accuracy, whole);
            if (accuracy > best.Accuracy) best = (candidate, accuracy);
            if (accuracy >= whole - tolerance) break;
        }

        return best.Plan;
    }

    /// <summary>The convolutions, those first whose rounding alone changes most.</summary>
    private List<string> Ranked(QuantizationPlan plan, CancellationToken cancellationToken)
    {
        var graph = OnnxEmission.Prepare(checkpoint).Graph;
        var convolutions = graph.Nodes.OfType<ConvNode>().ToList();
        note($"Ranking {convolutions.Count} convolutions");
        var expected = judge.Scores(null, BatchesForRanking, cancellationToken);
        return [.. convolutions.OrderByDescending(Distance).Select(conv => conv.Name)];

        double Distance(ConvNode conv) =>
            judge.Distance(Alone(plan, graph, conv, convolutions), expected, BatchesForRanking, cancellationToken);
    }

    /// <summary>One convolution's weights and what it reads rounded, nothing else.</summary>
    private static QuantizationPlan Alone(QuantizationPlan plan, Graph graph, ConvNode conv, IEnumerable<ConvNode> all)
    {
        var source = graph.Nodes[conv.Inputs[0]].Name;
        return plan with
        {
            Ranges = plan.Ranges.RemoveRange(plan.Ranges.Keys.Where(name => name != source)),
            KeptFloat = [.. all.Where(other => other != conv).Select(other => other.Name)],
        };
    }

    private double Accuracy(QuantizationPlan? plan, CancellationToken cancellationToken) =>
        judge.Outcome(plan, cancellationToken: cancellationToken).Report.MeanAveragePrecision50;

    private void Say(string what, double accuracy, double whole)
        => note(Invariant($"On training pictures, {what}: mAP50 {accuracy:0.0000}, float32 {whole:0.0000}"));
}
