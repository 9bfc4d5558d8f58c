using Espalier.Pipelines.Exports;
using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>What counts as rounding where an exported file is held against its network.</summary>
public class ExportCheckTests
{
    [Theory]
    [InlineData(1e9f)]
    [InlineData(1e10f)]
    public void A_network_that_amplifies_rounding_is_exported(float scale)
    {
        // Heads of large weights whose biases take most of the sum off again, as after a little training at too high a rate: what is left is
        // as far off as the sums were, and is so in any other order of adding.
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 2);
        var weights = WeightInitialiser.Initialise(graph, 3);
        var random = new Random(1);
        var outputs = new ReferenceExecutor(graph, weights).Run([.. Enumerable.Range(0, 3 * 64 * 64).Select(_ => random.NextSingle())], 64, 64);
        foreach (var head in graph.Detect.Inputs)
        {
            var (kernel, bias) = (weights[$"{graph.Nodes[head].Name}.weight"].Values, weights[$"{graph.Nodes[head].Name}.bias"].Values);
            var area = outputs[head].Values.Length / bias.Length;
            for (var i = 0; i < kernel.Length; i++) kernel[i] *= scale;
            for (var i = 0; i < bias.Length; i++) bias[i] = -scale * (outputs[head].Values.AsSpan(i * area, area).ToArray().Average() - bias[i]);
        }

        var agreement = ExportCheck.Compare(new Checkpoint { Graph = graph, Weights = weights, ClassNames = ["a", "b"], ImageSize = 64 }, new OnnxOptions());

        Assert.True(agreement.LargestDifference > 1e-3, $"{agreement.LargestDifference}");
        Assert.InRange(agreement.LargestDifference, 0, 9 * agreement.RoundingError!.Value);
    }

    [Fact]
    public void Numbers_are_judged_by_how_far_float32_itself_is_off()
    {
        ExportAgreement Judge(float file, float network, double exact) => ExportCheck.Judge([file], [network], WeightPrecision.Full, () => [exact]);

        Assert.Equal(0.05, Judge(1.05f, 1, 1.01).LargestDifference, 1e-6);
        Assert.Equal(0.01, Judge(1.05f, 1, 1.01).RoundingError!.Value, 1e-3);
        Assert.Null(Judge(1.0005f, 1, double.NaN).RoundingError);
        Assert.Contains("off by up to 5.0e-2, where float32 is by 1.0e-4", Assert.Throws<EspalierException>(() => Judge(1.05f, 1, 1.0001)).Message, StringComparison.Ordinal);
        Assert.Throws<EspalierException>(() => Judge(float.NaN, 1, 1.0001));
        Assert.Throws<EspalierException>(() => ExportCheck.Judge([1, 2], [1], WeightPrecision.Full, () => []));
    }
}
