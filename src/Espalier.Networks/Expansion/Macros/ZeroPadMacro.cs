namespace Espalier.Networks;

/// <summary>ZeroPad2d: [[left, right, top, bottom]]; rows and columns of zeros around the map.</summary>
internal sealed class ZeroPadMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(1, 1, "[[left, right, top, bottom]]");
        return context.Arguments.Wholes(0, "the padding", 0, GraphLimits.Kernel, []) is [var left, var right, var top, var bottom]
            ? context.Graph.Add(new PadNode($"{context.Name}.pad", context.Graph.Row, [context.Input], left, right, top, bottom))
            : throw new GraphException("the padding must be a list of four: left, right, top, bottom.");
    }
}
