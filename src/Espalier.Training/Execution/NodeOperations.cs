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
    /// <param name="updateStatistics">Whether batch normalization uses and tracks the batch's own statistics.</param>
    public static Tensor Compute(ExecutionStep step, NodeState state, Tensor?[] outputs, bool updateStatistics) => step.Node switch
    {
        ConvNode or ConvTransposeNode => Convolve(step.Node, state, outputs[step.Node.Inputs[0]]!),
        BatchNormNode node => Normalize(outputs[node.Inputs[0]]!, node, state, updateStatistics),
        ActivationNode node => ActivationKernel.Of(node.Kind).Compute(
            outputs[node.Inputs[0]]!, node.Activation.Parameter, step.Overwrites >= 0),
        AddNode node => Add(node, outputs, step.Overwrites),
        ConcatNode node => cat([.. node.Inputs.Select(input => outputs[input]!)], 1),
        MaxPoolNode node => functional.max_pool2d(outputs[node.Inputs[0]]!, node.Kernel, node.Stride, node.Padding),
        UpsampleNode node => Enlarge(outputs[node.Inputs[0]]!, node),
        SpaceToDepthNode node => SpaceToDepth(outputs[node.Inputs[0]]!),
        MultiplyNode node => outputs[node.Inputs[0]]! * outputs[node.Inputs[1]]!,
        GlobalPoolNode node => PoolCells(outputs[node.Inputs[0]]!, node.Kind),
        ChannelPoolNode node => PoolChannels(outputs[node.Inputs[0]]!),
        AttentionNode node => Attend(outputs[node.Inputs[0]]!, node),
        PadNode node => functional.pad(outputs[node.Inputs[0]]!, [node.Left, node.Right, node.Top, node.Bottom]),
        _ => throw new NotSupportedException($"{step.Node.Name}: no way to execute a {step.Node.GetType().Name}."),
    };

    /// <summary>A convolution with the given kernel and bias.</summary>
    internal static Tensor Convolve(Node node, NodeState state, Tensor input) => node switch
    {
        ConvNode conv => functional.conv2d(
            input, state.Weight!, state.Bias, [conv.Stride, conv.StrideColumns], [conv.Padding, conv.PaddingColumns],
            [conv.Dilation, conv.Dilation], conv.Groups),
        ConvTransposeNode conv => functional.conv_transpose2d(
            input, state.Weight!, state.Bias, [conv.Stride, conv.Stride], [conv.Padding, conv.Padding],
            [conv.OutputPadding, conv.OutputPadding], groups: conv.Groups),
        _ => throw new NotSupportedException($"{node.Name}: a {node.GetType().Name} is no convolution."),
    };

    private static Tensor Normalize(Tensor input, BatchNormNode node, NodeState state, bool updateStatistics)
    {
        // Of a single value a channel libtorch makes a running variance of 0 / 0, which no later batch mends; of the same value twice, 0.
        if (updateStatistics && input.NumberOfElements == node.Channels)
            return Normalize(cat([input, input], 0), node, state, updateStatistics).narrow(0, 0, 1);
        return functional.batch_norm(input, state.RunningMean!, state.RunningVariance!, state.Weight!, state.Bias!, updateStatistics,
            node.Momentum, node.Epsilon);
    }

    private static Tensor Add(AddNode node, Tensor?[] outputs, int overwrites)
    {
        var operands = node.Inputs.Where(input => input != overwrites).Select(input => outputs[input]!).ToArray();
        var sum = overwrites >= 0 ? outputs[overwrites]!.Accumulate(operands[0]) : operands[0].Plus(operands[1]);
        foreach (var operand in operands.Skip(overwrites >= 0 ? 1 : 2)) sum.Accumulate(operand);
        return sum;
    }

    private static Tensor Enlarge(Tensor input, UpsampleNode node)
    {
        long[] size = [input.shape[2] * node.Scale, input.shape[3] * node.Scale];
        return node.Bilinear ? functional.interpolate(input, size, mode: InterpolationMode.Bilinear, align_corners: false)
            : functional.upsample_nearest2d(input, size);
    }

    private static Tensor PoolCells(Tensor input, GlobalPooling kind)
    {
        Tensor Mean() => input.mean([2, 3], keepdim: true);
        return kind switch
        {
            GlobalPooling.Mean => Mean(),
            GlobalPooling.Pair => cat([Mean(), input.amax([2, 3], keepdim: true)], 3),
            GlobalPooling.PairSum => input.sum(3, keepdim: true),
            _ => throw new NotSupportedException($"no way to execute the pooling {kind}."),
        };
    }

    private static Tensor PoolChannels(Tensor input) => cat([input.mean([1], keepdim: true), input.amax([1], keepdim: true)], 1);

    /// <summary>
    /// With channels last in memory nothing is copied before the products. libtorch's own kernel for it has a gradient on GPUs that differs
    /// from run to run.
    /// </summary>
    private static Tensor Attend(Tensor input, AttentionNode node)
    {
        var (batch, height, width) = (input.shape[0], input.shape[2], input.shape[3]);
        var parts = input.permute(0, 2, 3, 1).reshape(batch, height * width, 3, node.Heads, node.HeadWidth).permute(2, 0, 3, 1, 4).unbind();
        var weights = parts[0].Times(1 / Math.Sqrt(node.HeadWidth)).matmul(parts[1].transpose(2, 3)).softmax(3);
        return weights.matmul(parts[2]).permute(0, 2, 1, 3).reshape(batch, height, width, node.Channels).permute(0, 3, 1, 2);
    }

    private static Tensor SpaceToDepth(Tensor input)
    {
        var (height, width) = (input.shape[2], input.shape[3]);
        (long Row, long Column)[] starts = [(0, 0), (1, 0), (0, 1), (1, 1)];
        return cat([.. starts.Select(start => input.slice(2, start.Row, height, 2).slice(3, start.Column, width, 2))], 1);
    }
}
