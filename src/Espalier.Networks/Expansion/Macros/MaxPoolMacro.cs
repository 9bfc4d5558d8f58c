namespace Espalier.Networks;

/// <summary>MaxPool2d: [kernel, stride = kernel, padding = 0].</summary>
internal sealed class MaxPoolMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(1, 3, "[kernel, stride, padding]");
        var kernel = arguments.Whole(0, "the kernel", 1, GraphLimits.Kernel);
        var stride = arguments.Whole(1, "the stride", 1, GraphLimits.Kernel, kernel);
        return context.Graph.MaxPool(
            $"{context.Name}.pool", context.Input, kernel, stride, arguments.Whole(2, "the padding", 0, kernel / 2, 0));
    }
}
