namespace Espalier.Networks;

/// <summary>
/// CrossConv: [channels, kernel = 3, stride = 1, groups = 1, expansion = 1, shortcut = False]; a kernel of one row, then one of one column.
/// </summary>
internal sealed class CrossConvMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(1, 6, "[channels, kernel, stride, groups, expansion, shortcut]");
        var channels = context.OutputChannels();
        return Block(context, context.Name, context.Input, channels, (int)(channels * arguments.Factor(4, "the expansion", 1)),
            arguments.Kernel(1, 3), arguments.Stride(2), arguments.Groups(3), arguments.Flag(5, "the shortcut", false));
    }

    /// <summary>1 × kernel to the hidden width, kernel × 1 to the channels,
    /// added to its input where the shortcut is on and the shapes agree.</summary>
    public static int Block(
        LayerContext context, string name, int input, int channels, int hidden, int kernel, int stride, int groups, bool shortcut)
    {
        var graph = context.Graph;
        var row = graph.Convolution(
            $"{name}.cv1.conv", input, hidden, 1, 1, 0, 1, bias: false, across: new ConvColumns(kernel, stride, kernel / 2));
        var first = graph.Normalized($"{name}.cv1", row, context.Activation);
        var column = graph.Convolution(
            $"{name}.cv2.conv", first, channels, kernel, stride, kernel / 2, groups, bias: false, across: new ConvColumns(1, 1, 0));
        var second = graph.Normalized($"{name}.cv2", column, context.Activation);
        return shortcut && graph.Shape(input).Channels == channels ? graph.Sum($"{name}.add", input, second) : second;
    }
}
