using Espalier.Networks;
using Espalier.Training.Execution.Kernels;
using Espalier.Training.Execution.Tapes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Espalier.Training.Execution;

/// <summary>What each kind of node computes, in TorchSharp.</summary>
internal static class NodeOperations
{
    /// <summary>A node's output.</summary>
    /// <param name="step">The node, and whether it may write over its input.</param>
    /// <param name="state">The node's tensors.</param>
    /// <param name="outputs">The outputs so far, by position.</param>
    /// <param name="updateStatistics">Whether batch normalisation uses and tracks the batch's own statistics.</param>
    public static Tensor Compute(ExecutionStep step, NodeState state, Tensor?[] outputs, bool updateStatistics) => step.Node switch
    {
        ConvNode node => Convolve(node, state, outputs[node.Inputs[0]]!),
        BatchNormNode node => functional.batch_norm(
            outputs[node.Inputs[0]]!, state.RunningMean!, state.RunningVariance!, state.Weight!, state.Bias!, updateStatistics, node.Momentum, node.Epsilon),
        ActivationNode node => ActivationKernel.Of(node.Kind).Compute(
            outputs[node.Inputs[0]]!, node.Activation.Parameter, step.Overwrites >= 0),
        AddNode node => Add(node, outputs, step.Overwrites),
        ConcatNode node => cat([.. node.Inputs.Select(input => outputs[input]!)], 1),
        MaxPoolNode node => functional.max_pool2d(outputs[node.Inputs[0]]!, node.Kernel, node.Stride, node.Padding),
        UpsampleNode node => Enlarge(outputs[node.Inputs[0]]!, node.Scale),
        SpaceToDepthNode node => SpaceToDepth(outputs[node.Inputs[0]]!),
        _ => throw new NotSupportedException($"{step.Node.Name}: no way to execute a {step.Node.GetType().Name}."),
    };

    /// <summary>A convolution with the given kernel and bias.</summary>
    internal static Tensor Convolve(ConvNode node, NodeState state, Tensor input) => functional.conv2d(
        input, state.Weight!, state.Bias, [node.Stride, node.Stride], [node.Padding, node.Padding],
        [node.Dilation, node.Dilation], node.Groups);

    private static Tensor Add(AddNode node, Tensor?[] outputs, int overwrites)
    {
        var operands = node.Inputs.Where(input => input != overwrites).Select(input => outputs[input]!).ToArray();
        var sum = overwrites >= 0 ? outputs[overwrites]!.Accumulate(operands[0]) : operands[0].Plus(operands[1]);
        foreach (var operand in operands.Skip(overwrites >= 0 ? 1 : 2)) sum.Accumulate(operand);
        return sum;
    }

    private static Tensor Enlarge(Tensor input, int scale) =>
        functional.upsample_nearest2d(input, [input.shape[2] * scale, input.shape[3] * scale]);

    private static Tensor SpaceToDepth(Tensor input)
    {
        var (height, width) = (input.shape[2], input.shape[3]);
        (long Row, long Column)[] starts = [(0, 0), (1, 0), (0, 1), (1, 1)];
        return cat([.. starts.Select(start => input.slice(2, start.Row, height, 2).slice(3, start.Column, width, 2))], 1);
    }
}
