namespace Espalier.Networks;

/// <summary>Upsample: [None, scale = 2, nearest or bilinear, align corners = False].</summary>
internal sealed class UpsampleMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(0, 4, "[None, scale, nearest or bilinear, False]");
        if (arguments.Word(0) is { } size) throw new GraphException($"a fixed size ({size}) is not supported; write None and a scale.");
        var mode = arguments.Word(2) ?? "nearest";
        if (mode is not ("nearest" or "bilinear")) throw new GraphException($"the mode must be nearest or bilinear, not '{mode}'.");
        if (arguments.Flag(3, "align corners", false))
            throw new GraphException("corners cannot be aligned; leave align corners out or write False.");
        return context.Graph.Upsample($"{context.Name}.up", context.Input, arguments.Whole(1, "the scale", 1, 32, 2), mode == "bilinear");
    }
}
