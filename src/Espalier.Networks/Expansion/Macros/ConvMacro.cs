namespace Espalier.Networks;

/// <summary>Conv: [channels, kernel = 1, stride = 1, padding = half the kernel, groups = 1, dilation = 1, activation = True].</summary>
internal sealed class ConvMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(1, 7, "[channels, kernel, stride, padding, groups, dilation, activation]");
        var (dilation, activation) = arguments.DilationAndActivation(5, context.Activation);
        return context.Graph.Block(context.Name, context.Input, context.OutputChannels(), arguments.Kernel(1), arguments.Stride(2),
            activation, arguments.Padding(3), arguments.Groups(4), dilation);
    }
}
