using System.Collections.Immutable;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Execution.Kernels;
using Espalier.Training.Execution.Tapes;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

/// <summary>Every kind of node and activation in the passes that compute with libtorch.</summary>
public class EveryNodeExecutionTests
{
    private const string Stranger = "model.8.stranger";

    private static readonly Graph Whole = GraphBuilder.Expand(BlockTables.All);

    public static TheoryData<ActivationKind> Kinds => [.. Enum.GetValues<ActivationKind>()];

    [Fact]
    public void Every_kind_of_node_is_planned_and_computed()
    {
        Assert.Equal(typeof(Node).Assembly.GetTypes().Count(type => !type.IsAbstract && type.IsSubclassOf(typeof(Node))),
            Whole.Nodes.Select(node => node.GetType()).Distinct().Count());
        Assert.Equal(Whole.Nodes.Length - 1, ExecutionPlan.For(Whole, []).Length);
        RequireAgreement(Whole);
    }

    [Fact]
    public void A_dilated_convolution_is_computed_as_it_is_described() => RequireAgreement(
            Whole with
            {
                Nodes =
                [
                    .. Whole.Nodes.Select(node =>
                        node is ConvNode { Kernel: 3, Stride: 1 } conv ? conv with { Dilation = 2, Padding = 2 } : node
                    ),
                ],
            }
        );

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_activation_is_computed_as_it_is_described(ActivationKind kind)
    {
        RequireAgreement(
            Whole with
            {
                Nodes = [.. Whole.Nodes.Select(node => node is ActivationNode activation ? activation with { Activation = kind } : node)],
            }
        );

        using var scope = NewDisposeScope();
        var (x, activation) = (Enumerable.Range(-80, 161).Select(i => i / 8f).ToArray(), (Activation)kind);
        foreach (var inPlace in (bool[])[false, true])
        {
            var y = ActivationKernel.Of(kind).Compute(tensor(x), activation.Parameter, inPlace).data<float>().ToArray();
            Assert.All(Enumerable.Range(0, x.Length), i => Assert.Equal(activation.Value(x[i]), y[i], 1e-5));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_output_that_may_be_overwritten_is_not_needed_for_the_gradient(ActivationKind kind)
    {
        if (ActivationKernel.Of(kind).KeepsOutput) return;
        using var scope = NewDisposeScope();
        var (x, parameter) = (Enumerable.Range(-40, 81).Select(i => i / 8f + 0.01f).ToArray(), ((Activation)kind).Parameter);
        float[] Gradient(bool inPlace, bool overwrites)
        {
            var leaf = tensor(x).requires_grad_();
            var output = ActivationKernel.Of(kind).Compute(leaf + 0, parameter, inPlace);
            if (overwrites) output.add_(1);
            output.sum().backward();
            return leaf.grad!.data<float>().ToArray();
        }

        Assert.Equal(Gradient(false, false), Gradient(false, true));
        Assert.Equal(Gradient(false, false), Gradient(true, true), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void The_gradient_of_attention_is_the_slope_of_its_plain_evaluation()
    {
        const float Step = 1e-2f;
        var node = new AttentionNode("attention", 0, [0], 4, 2);
        var plain = new ReferenceExecutor(new Graph([new InputNode("image", 12), node]), new Weights());
        float[] values = [.. Enumerable.Range(0, 12 * 6).Select(i => ((i * 37) % 101 / 50f) - 1)];
        float[] shares = [.. Enumerable.Range(0, 4 * 6).Select(i => (i % 7) - 3f)];
        using var scope = NewDisposeScope();
        var leaf = tensor(values).reshape(1, 12, 2, 3).requires_grad_();
        var output = NodeOperations.Compute(new ExecutionStep(node, 1, -1, []), new NodeState(null, null), [leaf], true);
        (output * tensor(shares).reshape(1, 4, 2, 3)).sum().backward();
        var gradient = leaf.grad!.contiguous().data<float>().ToArray();

        Assert.All(Enumerable.Range(0, values.Length), i => Assert.Equal((Loss(i, Step) - Loss(i, -Step)) / (2 * Step), gradient[i], 2e-3));

        double Loss(int place, float step)
        {
            float[] moved = [.. values];
            moved[place] += step;
            return plain.Run(moved, 2, 3)[1].Values.Zip(shares, (value, share) => (double)value * share).Sum();
        }
    }

    [Fact]
    public void The_statistics_of_a_single_value_a_channel_are_numbers()
    {
        using var scope = NewDisposeScope();
        var node = new BatchNormNode("norm", 0, [0], 2, 1e-3f, 0.25f);
        var state = new NodeState(tensor([2f, 3f]), tensor([5f, 7f]), tensor([0f, 0f]), tensor([1f, 1f]));
        var leaf = tensor([4f, -8f]).reshape(1, 2, 1, 1).requires_grad_();

        var output = NodeOperations.Compute(new ExecutionStep(node, 1, -1, []), state, [leaf], true);
        output.sum().backward();

        Assert.Equal([1L, 2L, 1L, 1L], output.shape);
        Assert.Equal([5f, 7f], output.detach().contiguous().data<float>().ToArray());
        Assert.Equal([0f, 0f], leaf.grad!.contiguous().data<float>().ToArray());
        Assert.Equal([1f, -2f], state.RunningMean!.data<float>().ToArray());
        Assert.Equal([0.75f, 0.75f], state.RunningVariance!.data<float>().ToArray());
    }

    [Fact]
    public void A_stranger_is_refused_by_name_by_the_plan_and_by_the_operations()
    {
        var strange = new StrangeNode(Stranger, 8, [0]);
        var graph = Whole with
        {
            Nodes = [.. Whole.Nodes.Select(node => node.Name == "model.8.m.0" ? strange with { Inputs = node.Inputs } : node)],
        };

        Assert.Contains(Stranger, Assert.Throws<NotSupportedException>(() => ExecutionPlan.For(graph, [])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            Stranger,
            Assert
                .Throws<NotSupportedException>(() =>
                    NodeOperations.Compute(new ExecutionStep(strange, 1, -1, []), new NodeState(null, null), [null], false)
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Throws<NotSupportedException>(() => ActivationKernel.Of((ActivationKind)99));
        Assert.Throws<NotSupportedException>(() => NormKernel.For(new Activation((ActivationKind)99, 0), false, VectorWidth.Bits128));
    }

    /// <summary>libtorch's values are those of the plain evaluation.</summary>
    private static void RequireAgreement(Graph graph)
    {
        const int Side = 64;
        var weights = WeightInitializer.Initialize(graph, 5);
        var picture = Enumerable.Range(0, 3 * Side * Side).Select(i => i * 37 % 101 / 101f).ToArray();
        var expected = new ReferenceExecutor(graph, weights).Run(picture, Side, Side);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new ExecutableNetwork(graph, weights, CPU) { Mode = ExecutionMode.Evaluation };
        var heads = graph.Detect.Inputs.ToArray();
        var outputs = network.Forward(tensor(picture).reshape(1, 3, Side, Side), heads).Outputs;
        foreach (var head in heads)
        {
            var actual = outputs[head].contiguous().data<float>().ToArray();
            var largest = expected[head].Values.Max(Math.Abs);
            Assert.All(Enumerable.Range(0, actual.Length),
                i => Assert.Equal(expected[head].Values[i], actual[i], 1e-3f * Math.Max(1, largest)));
        }
    }

    private sealed record StrangeNode(string Name, int Row, ImmutableArray<int> Inputs)
        : WeightlessNode(Name, Row, Inputs)
    {
        internal override ChannelFlow Flow => ChannelFlow.Handed;

        internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

        internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) => inputs[0];
    }
}
