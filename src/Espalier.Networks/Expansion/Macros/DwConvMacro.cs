namespace Espalier.Networks;

/// <summary>DWConv: [channels, kernel = 1, stride = 1, dilation = 1, activation = True];
/// a Conv in as many groups as its widths allow.</summary>
internal sealed class DwConvMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(1, 5, "[channels, kernel, stride, dilation, activation]");
        var (dilation, activation) = arguments.DilationAndActivation(3, context.Activation);
        return context.Graph.Depthwise(context.Name, context.Input, context.OutputChannels(), arguments.Kernel(1), arguments.Stride(2),
            activation, dilation);
    }
}
