namespace Espalier.Networks;

/// <summary>Concat: [dimension = 1]; its rows side by side along the channels.</summary>
internal sealed class ConcatMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(0, 1, "[1]");
        _ = context.Arguments.Whole(0, "the dimension", 1, 1, 1);
        return context.Graph.Concat($"{context.Name}.cat", context.Inputs);
    }
}
