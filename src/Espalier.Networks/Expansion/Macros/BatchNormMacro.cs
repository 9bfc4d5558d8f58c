namespace Espalier.Networks;

/// <summary>BatchNorm2d: [channels], which must be the input's where given.</summary>
internal sealed class BatchNormMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(0, 1, "[]");
        return context.Graph.BatchNorm(context.Name, context.Input);
    }
}
