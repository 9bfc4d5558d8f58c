using Espalier.Pipelines.Exports;
using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>What counts as rounding where an exported file is held against its network.</summary>
public class ExportCheckTests
{
    [Fact]
    public void A_network_that_amplifies_rounding_is_exported_and_a_wrong_file_of_it_is_not()
    {
        const float Offset = 4e4f;

        // In mid-network means far larger than the deviation, which the batch norm behind takes off again: float32 rounds away what is
        // left.
        var graph = GraphBuilder.Expand(Architecture.Load("yolov5n"), 2);
        var weights = DeterministicWeights.For(graph);
        var (kernel, mean) = (weights["model.17.cv3.conv.weight"].Values, weights["model.17.cv3.bn.running_mean"].Values);
        var inputs = kernel.Length / mean.Length;
        foreach (var norm in (string[])["model.17.m.0.cv2.bn", "model.17.cv2.bn"]) weights[$"{norm}.bias"].Values.AsSpan().Fill(Offset);
        for (var i = 0; i < mean.Length; i++) mean[i] = Offset * kernel.AsSpan(i * inputs, inputs).ToArray().Sum();
        var checkpoint = new Checkpoint { Graph = graph, Weights = weights, ClassNames = ["a", "b"], ImageSize = 64 };
        var wrong = checkpoint with { Graph = graph.WithActivation(ActivationKind.ReLU) };

        var agreement = ExportCheck.Compare(checkpoint, new OnnxOptions());

        Assert.True(agreement.LargestDifference > 1e-3, $"{agreement.LargestDifference}");
        Assert.InRange(agreement.LargestDifference, 0, 9 * agreement.RoundingError!.Value);
        Assert.Contains(
            "gives other numbers than the network",
            Assert.Throws<EspalierException>(() => ExportCheck.Compare(checkpoint, new OnnxOptions(), OnnxEmission.Emit(wrong))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_judged_by_how_far_float32_itself_is_off()
    {
        ExportAgreement Judge(float file, float network, double exact) =>
            ExportCheck.Judge([file], [network], WeightPrecision.Full, () => [exact]);

        Assert.Equal(0.05, Judge(1.05f, 1, 1.01).LargestDifference, 1e-6);
        Assert.Equal(0.01, Judge(1.05f, 1, 1.01).RoundingError!.Value, 1e-3);
        Assert.Null(Judge(1.0005f, 1, double.NaN).RoundingError);
        Assert.Contains("off by up to 5.0e-2, where float32 is by 1.0e-4", Assert.Throws<EspalierException>(() => Judge(1.05f, 1, 1.0001))
            .Message, StringComparison.Ordinal);
        Assert.Throws<EspalierException>(() => Judge(float.NaN, 1, 1.0001));
        Assert.Throws<EspalierException>(() => ExportCheck.Judge([1, 2], [1], WeightPrecision.Full, () => []));
    }
}
