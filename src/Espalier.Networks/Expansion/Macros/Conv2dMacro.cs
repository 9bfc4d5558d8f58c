namespace Espalier.Networks;

/// <summary>Conv2d: [channels, kernel = 1, stride = 1, padding = 0, dilation = 1, groups = 1, bias = True]; torch's own, alone.</summary>
internal sealed class Conv2dMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(1, 7, "[channels, kernel, stride, padding, dilation, groups, bias]");
        return context.Graph.Convolution(context.Name, context.Input, context.OutputChannels(), arguments.Kernel(1), arguments.Stride(2),
            arguments.Padding(3) ?? 0, arguments.Groups(5), arguments.Flag(6, "the bias", true),
            arguments.Whole(4, "the dilation", 1, GraphLimits.Kernel, 1));
    }
}
