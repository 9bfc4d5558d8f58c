namespace Espalier.Networks;

/// <summary>Upsample: [None, scale = 2, nearest].</summary>
internal sealed class UpsampleMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var arguments = context.Arguments;
        arguments.Expect(0, 3, "[None, scale, nearest]");
        if (arguments.Word(0) is { } size) throw new GraphException($"a fixed size ({size}) is not supported; write None and a scale.");
        if (arguments.Word(2) is { } mode and not "nearest") throw new GraphException($"the mode must be nearest, not '{mode}'.");
        return context.Graph.Upsample($"{context.Name}.up", context.Input, arguments.Whole(1, "the scale", 1, 32, 2));
    }
}
