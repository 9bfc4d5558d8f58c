using Espalier.Networks;
using Espalier.Vision;

namespace Espalier.Processors;

/// <summary>What is done to a network as data: counting, ranking, cutting, rounding, writing.</summary>
internal static class NetworkFigures
{
    /// <summary>What a double's rounding, and the system's exponential, may change.</summary>
    private const double Rounding = 1e-6;

    private const int Bins = ValueHistogram.UsualBins;

    public static IEnumerable<Figure> Of(Material material) => [.. Cuts(material), .. Rounded(material)];

    private static IEnumerable<Figure> Cuts(Material material)
    {
        var network = new Network(material.Checkpoint.Graph, material.Checkpoint.Weights);
        var byScale = Plan(ChannelImportance.BatchNormScale(network), network.Graph, blocks: false);
        var byNorm = Plan(ChannelImportance.KernelNorm(network), network.Graph, blocks: true);
        yield return OfPlan("bn-scale", byScale);
        yield return OfPlan("l1, with blocks", byNorm);

        var analysis = ChannelAnalysis.Of(network.Graph);
        var removal = byScale.Removal(analysis);
        var cut = Surgery.Cut(network, removal, ChannelConstants.Of(network, removal));
        yield return Figure.Near("cut network, constants folded on: weights", Rounding, Trained(cut.Graph, cut.Weights));
    }

    /// <summary>A plan that keeps half of the operations, in widths that do not depend on the processor.</summary>
    public static PruningPlan Plan(ChannelImportance importance, Graph graph, bool blocks) => PruningPlanner.Plan(
        ChannelAnalysis.Of(graph), importance, new PruningOptions
        {
            Target = new KeepShare(PruningMeasure.Operations, .5),
            ImageSize = Material.Side,
            Rounding = 8,
            Blocks = blocks,
        });

    /// <summary>What a plan cuts: channels before and after, blocks that go, and the digest of which.</summary>
    public static Figure OfPlan(string criterion, PruningPlan plan)
    {
        var which = plan.Groups.Select(group => $"{group.Layers[0]} {string.Join(' ', group.Removed)}\n").Concat(plan.Blocks);
        return Figure.Same<object>($"plan by {criterion}: channels before, after, blocks, which", plan.Before.Channels, plan.After.Channels,
            plan.Blocks.Length, Figure.Digest(which.Select(line => line.ToCharArray())));
    }

    /// <summary>Weights, biases, scales and means; variances and counts, which are much larger, would hide what these differ by.</summary>
    public static IEnumerable<float> Trained(Graph graph, Weights weights) => graph.State()
        .Where(item => item.Kind is not (StateKind.RunningVariance or StateKind.BatchesTracked or StateKind.Anchors))
        .SelectMany(item => weights[item.Name].Values);

    /// <summary>The network without libtorch and without ONNX Runtime, and as bytes.</summary>
    private static IEnumerable<Figure> Rounded(Material material)
    {
        var network = OnnxEmission.Prepare(material.Checkpoint);
        yield return Figure.SameBits("batch norms folded: weights",
            network.Graph.State().Select(item => network.Weights[item.Name].Values));
        yield return Figure.SameBits("float ONNX file", OnnxEmission.Emit(material.Checkpoint).ToBytes());

        var outputs = Reference(network, material);
        yield return Figure.Near("plain C#: predictions of a picture", Rounding, outputs[^1].Values);

        var seen = QuantizedTensors.Of(network.Graph).ToDictionary(position => position, position => Statistics(outputs[position]));
        var plan = QuantizedTensors.Plan(network.Graph, seen, CalibrationMethod.SquaredError);
        yield return Figure.Near("int8: ranges", Rounding, plan.Ranges.Values.SelectMany(range => (float[])[range.Low, range.High]));
        yield return Figure.SameBits("int8: weights", network.Graph.Nodes.OfType<ConvNode>().Select(conv => QuantizedWeights.Of(
            network.Weights[$"{conv.Name}.weight"].Values, new float[conv.OutChannels], 1, plan.WeightBits).Values));
        yield return Figure.SameBits("int8 ONNX file", Quantized(material.Checkpoint, plan));
    }

    /// <summary>An int8 file for letterboxed pictures.</summary>
    private static byte[] Quantized(Checkpoint checkpoint, QuantizationPlan plan) => OnnxEmission.Emit(checkpoint,
        new OnnxOptions { Height = Material.Side, Width = Material.Side, Quantization = plan }).ToBytes();

    private static ReferenceTensor[] Reference(Network network, Material material)
    {
        var pixels = material.Pixels.AsSpan(0, Material.Side * Material.Side * 3);
        var planes = new float[pixels.Length];
        PlanarPixels.FromInterleaved(pixels, planes);
        return new ReferenceExecutor(network.Graph, network.Weights).Run(planes, Material.Side, Material.Side);
    }

    private static TensorStatistics Statistics(ReferenceTensor tensor)
    {
        var (low, high, counts) = (tensor.Values.Min(), tensor.Values.Max(), new double[Bins]);
        var binsAUnit = Bins / ((double)high - low);
        foreach (var value in tensor.Values) counts[Math.Min((int)((value - low) * binsAUnit), Bins - 1)]++;
        var area = tensor.Shape.Height * tensor.Shape.Width;
        return new TensorStatistics(new ValueHistogram(low, high, counts), [.. tensor.Values.Chunk(area).Select(Enumerable.Average)]);
    }
}
