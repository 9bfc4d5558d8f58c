using System.Runtime.InteropServices;
using Espalier.Tests;
using Onnx;

namespace Espalier.Networks.Tests;

/// <summary>int8 files, tensor by tensor: what their whole numbers stand for, and what reads what.</summary>
public sealed class QuantizedEmissionTests
{
    private const int Side = 64;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whole_numbers_stand_for_the_networks_weights_and_for_biases_less_what_rounding_adds(int table)
    {
        var checkpoint = Sample(BlockTables.Thinnable[table]);
        var network = OnnxEmission.Prepare(checkpoint);
        var plan = Plan(network.Graph);
        var file = new Emitted(checkpoint, plan);
        var whole = 0;
        foreach (var (position, conv) in Convolutions(network.Graph))
        {
            var read = network.Graph.Nodes[conv.Inputs[0]].Name;
            if (!plan.Ranges.TryGetValue(read, out var range))
            {
                Assert.False(file.Holds($"{conv.Name}.weight.int8"));
                continue;
            }

            whole++;
            var isHead = network.Graph.Detect.Inputs.Contains(position);
            var weights = network.Weights[$"{conv.Name}.weight"].Values;
            var (stored, scales) = (file.Bytes($"{conv.Name}.weight.int8"), file.Floats($"{conv.Name}.weight.scale"));
            var perOutput = weights.Length / conv.OutChannels;
            var expected = conv.Bias ? network.Weights[$"{conv.Name}.bias"].Values.Select(bias => (double)bias).ToArray()
                : new double[conv.OutChannels];
            for (var output = 0; output < conv.OutChannels; output++)
            {
                // The first channel that this output's group reads.
                var first = output / (conv.OutChannels / conv.Groups) * (conv.InChannels / conv.Groups);
                Assert.Equal(weights.AsSpan(output * perOutput, perOutput).ToArray().Max(Math.Abs) / 63, scales[output], 1e-9f);
                for (var place = 0; place < perOutput; place++)
                {
                    // A head lies as a matrix: a row for each channel that it reads.
                    var rounded = stored[isHead ? (place * conv.OutChannels) + output : (output * perOutput) + place] * scales[output];
                    var error = rounded - weights[(output * perOutput) + place];
                    Assert.InRange(Math.Abs(error), 0, 0.5001f * scales[output]);
                    expected[output] -= error * (double)plan.ChannelMeans[read][first + (place / conv.Area)];
                }
            }

            RequireDequantized(file.Node($"{conv.Name}.weight"), axis: isHead ? 1 : 0);
            var biases = isHead ? file.Floats($"{conv.Name}.bias") : StoredBias(file, conv, scales, range);
            for (var output = 0; output < expected.Length; output++)
                Assert.Equal(expected[output], biases[output], isHead ? 1e-6 : 1e-6 + (0.5 * scales[output] * range.Scale));
        }

        Assert.True(whole > 5, $"{whole} convolutions");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_tensor_of_the_plan_is_rounded_to_its_steps_and_nothing_reads_it_unrounded(int table)
    {
        var checkpoint = Sample(BlockTables.Thinnable[table]);
        var graph = OnnxEmission.Prepare(checkpoint).Graph;
        var plan = Plan(graph);
        var file = new Emitted(checkpoint, plan);
        foreach (var (name, range) in plan.Ranges) RequireRounded(name == graph.Nodes[0].Name ? OnnxFile.Input : name, range);
        foreach (var activation in graph.Nodes.OfType<ActivationNode>().Where(node => node.Kind == ActivationKind.SiLU))
        {
            var sigmoid = file.Nodes.Single(node => node.OpType == "Sigmoid" && node.Name.StartsWith(activation.Name + ".",
                StringComparison.Ordinal)).Output[0];
            if (plan.Ranges.ContainsKey(activation.Name)) RequireRounded(sigmoid, TensorRange.Sigmoid);
            else Assert.False(file.Holds($"{sigmoid}.scale"));
        }

        void RequireRounded(string tensor, TensorRange range)
        {
            string[] steps = [$"{tensor}.scale", $"{tensor}.zero"];
            var (rounding, back) = (file.Node($"{tensor}.uint8"), file.Node($"{tensor}.rounded"));
            Assert.Equal(("QuantizeLinear", "DequantizeLinear"), (rounding.OpType, back.OpType));
            Assert.Equal([tensor, .. steps], rounding.Input);
            Assert.Equal([$"{tensor}.uint8", .. steps], back.Input);
            Assert.Equal([range.Scale], file.Floats(steps[0]));
            Assert.Equal([range.ZeroPoint], file.Raw(steps[1]));
            Assert.DoesNotContain(file.Nodes, node => node.OpType != "QuantizeLinear" && node.Input.Contains(tensor));
        }
    }

    [Fact]
    public void Heads_turn_bytes_and_not_floats()
    {
        var checkpoint = Sample(BlockTables.Thinnable[0]);
        var file = new Emitted(checkpoint, Plan(OnnxEmission.Prepare(checkpoint).Graph));
        foreach (var (_, head) in Convolutions(checkpoint.Graph).Where(entry => checkpoint.Graph.Detect.Inputs.Contains(entry.Position)))
        {
            var features = file.Node($"{head.Name}.features");
            var source = file.Node(file.Node($"{head.Name}.cells").Input[0]).Input[0];

            Assert.Equal("DequantizeLinear", features.OpType);
            Assert.Equal($"{head.Name}.cells", features.Input[0]);
            Assert.EndsWith(".uint8", source, StringComparison.Ordinal);
            Assert.Equal(file.Node(source).Input.Skip(1), features.Input.Skip(1));
        }
    }

    [Fact]
    public void What_is_kept_in_float_reads_a_clip_that_changes_nothing()
    {
        var checkpoint = Sample(BlockTables.Thinnable[0]);
        var graph = OnnxEmission.Prepare(checkpoint).Graph;
        var (kept, head) = (graph.Nodes.OfType<ConvNode>().ElementAt(2), (ConvNode)graph.Nodes[graph.Detect.Inputs[0]]);
        var file = new Emitted(checkpoint, Plan(graph) with { KeptFloat = [kept.Name, head.Name] });
        foreach (var conv in new[] { kept, head })
        {
            var range = Plan(graph).Ranges[graph.Nodes[conv.Inputs[0]].Name];
            var clip = file.Node($"{conv.Name}.input");

            Assert.Equal("Clip", clip.OpType);
            Assert.EndsWith(".rounded", clip.Input[0], StringComparison.Ordinal);
            Assert.Equal((range.Low - range.Scale, range.High + range.Scale),
                (file.Floats(clip.Input[1])[0], file.Floats(clip.Input[2])[0]));
            Assert.Equal([clip.Output[0], $"{conv.Name}.weight", $"{conv.Name}.bias"], file.Node(conv.Name).Input);
            Assert.Equal(OnnxEmission.Prepare(checkpoint).Weights[$"{conv.Name}.weight"].Values, file.Floats($"{conv.Name}.weight"));
        }

        Assert.Equal(2, file.Nodes.Count(node => node.OpType == "Clip"));
    }

    [Fact]
    public void A_transposed_convolution_is_kept_in_float_and_reads_such_a_clip_too()
    {
        var checkpoint = Sample(BlockTables.Thinnable[2]);
        var graph = OnnxEmission.Prepare(checkpoint).Graph;
        var conv = graph.Nodes.OfType<ConvTransposeNode>().Single();
        var file = new Emitted(checkpoint, Plan(graph));
        var (spread, clip) = (file.Node(conv.Name), file.Node($"{conv.Name}.input"));

        Assert.Equal(("ConvTranspose", "Clip"), (spread.OpType, clip.OpType));
        Assert.Equal([clip.Output[0], $"{conv.Name}.weight", $"{conv.Name}.bias"], spread.Input);
        Assert.Equal($"{graph.Nodes[conv.Inputs[0]].Name}.rounded", clip.Input[0]);
        Assert.Equal(checkpoint.Weights[$"{conv.Name}.weight"].Values, file.Floats($"{conv.Name}.weight"));
    }

    [Fact]
    public void What_gates_are_made_of_stays_in_float_and_what_they_give_does_not()
    {
        var graph = OnnxEmission.Prepare(Sample(BlockTables.Thinnable[1])).Graph;
        var rounded = QuantizedTensors.Of(graph).Select(position => graph.Nodes[position]).ToArray();

        Assert.Contains(graph.Nodes[0], rounded);
        Assert.Equal(graph.Nodes.Where(node => node is MultiplyNode), rounded.Where(node => node is MultiplyNode));
        Assert.DoesNotContain(rounded, node => node is GlobalPoolNode or ChannelPoolNode or DetectNode
            || node.Name.Contains(".fc", StringComparison.Ordinal) || node.Name.EndsWith("sigmoid", StringComparison.Ordinal));
        Assert.Equal(graph.Nodes.Where(node => node is AddNode or ConcatNode), rounded.Where(node => node is AddNode or ConcatNode));
    }

    [Fact]
    public void What_only_moves_bytes_shares_steps_and_what_computes_new_values_does_not()
    {
        foreach (var table in (Architecture[])[BlockTables.All, .. BlockTables.Thinnable])
        {
            var graph = OnnxEmission.Prepare(Sample(table)).Graph;
            var groupOf = QuantizedTensors.Groups(graph).SelectMany((group, index) => group.Select(position => (position, index)))
                .ToDictionary(pair => pair.position, pair => pair.index);
            foreach (var position in groupOf.Keys)
            {
                var moves = graph.Nodes[position] is ConcatNode or MaxPoolNode or UpsampleNode { Bilinear: false }
                    or ActivationNode { Kind: ActivationKind.Identity };
                if (moves) Assert.All(graph.Nodes[position].Inputs, input => Assert.Equal(groupOf[position], groupOf[input]));
                if (graph.Nodes[position] is UpsampleNode { Bilinear: true })
                    Assert.DoesNotContain(graph.Nodes[position].Inputs, input => groupOf.GetValueOrDefault(input, -1) == groupOf[position]);
            }
        }
    }

    /// <summary>A plan with a range and means of its own for every tensor.</summary>
    private static QuantizationPlan Plan(Graph graph)
    {
        var shapes = ShapeInference.Shapes(graph, Side, Side);
        return QuantizedTensors.Plan(graph, QuantizedTensors.Of(graph).ToDictionary(position => position, position => new TensorStatistics(
            new ValueHistogram(-0.3f - (0.01f * position), 2 + (0.1f * position), [1, 1]),
            [.. Enumerable.Range(0, shapes[position].Channels).Select(channel => MathF.Sin(channel + (0.3f * position)))])),
            CalibrationMethod.MinMax);
    }

    private static float[] StoredBias(Emitted file, ConvNode conv, float[] weightScales, TensorRange read)
    {
        var (steps, scales) = (MemoryMarshal.Cast<byte, int>(file.Raw($"{conv.Name}.bias.int32")).ToArray(),
            file.Floats($"{conv.Name}.bias.scale"));
        Assert.Equal(weightScales.Select(scale => scale * read.Scale), scales);
        RequireDequantized(file.Node($"{conv.Name}.bias"), axis: 0);
        return [.. steps.Zip(scales, (step, scale) => (float)(step * (double)scale))];
    }

    private static void RequireDequantized(NodeProto node, int axis) => Assert.Equal(("DequantizeLinear", axis),
        (node.OpType, (int)node.Attribute.Single(item => item.Name == "axis").I));

    private static IEnumerable<(int Position, ConvNode Conv)> Convolutions(Graph graph) =>
        graph.Nodes.Index().Where(entry => entry.Item is ConvNode).Select(entry => (entry.Index, (ConvNode)entry.Item));

    private static Checkpoint Sample(Architecture table)
    {
        var graph = GraphBuilder.Expand(table);
        return new Checkpoint
        {
            Graph = graph,
            Weights = DeterministicWeights.For(graph),
            ClassNames = [.. Enumerable.Range(0, graph.Classes).Select(index => $"{index}")],
            ImageSize = Side,
        };
    }

    /// <summary>A file for pictures of one size.</summary>
    private sealed class Emitted(Checkpoint checkpoint, QuantizationPlan plan)
    {
        private readonly GraphProto _graph = ModelProto.Parser.ParseFrom(OnnxEmission.Emit(checkpoint, new OnnxOptions
        {
            Height = Side,
            Width = Side,
            Quantization = plan,
        }).ToBytes()).Graph;

        public IEnumerable<NodeProto> Nodes => _graph.Node;

        public NodeProto Node(string name) => _graph.Node.Single(node => node.Output.Contains(name));

        public bool Holds(string name) => _graph.Initializer.Any(tensor => tensor.Name == name);

        public byte[] Raw(string name) => _graph.Initializer.Single(tensor => tensor.Name == name).RawData.ToByteArray();

        public sbyte[] Bytes(string name) => MemoryMarshal.Cast<byte, sbyte>(Raw(name)).ToArray();

        public float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(Raw(name)).ToArray();
    }
}
