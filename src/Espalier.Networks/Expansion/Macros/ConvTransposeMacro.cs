namespace Espalier.Networks;

/// <summary>
/// ConvTranspose2d: [channels, kernel, stride = 1, padding = 0, output padding = 0, groups = 1, bias = True]; torch's own, alone.
/// DWConvTranspose2d: [channels, kernel = 1, stride = 1, padding = 0, output padding = 0], in as many groups as its widths allow.
/// </summary>
/// <param name="depthwise">Whether it is the latter.</param>
internal sealed class ConvTransposeMacro(bool depthwise) : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        if (depthwise) arguments.Expect(1, 5, "[channels, kernel, stride, padding, output padding]");
        else arguments.Expect(2, 7, "[channels, kernel, stride, padding, output padding, groups, bias]");
        var channels = context.OutputChannels();
        return context.Graph.ConvTranspose(context.Name, context.Input, channels, arguments.Kernel(1), arguments.Stride(2),
            arguments.Padding(3) ?? 0, arguments.Whole(4, "the output padding", 0, GraphLimits.Kernel, 0),
            depthwise ? context.Graph.CommonGroups(context.Input, channels) : arguments.Groups(5), arguments.Flag(6, "the bias", true));
    }
}
