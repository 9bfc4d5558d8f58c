namespace Espalier.Networks;

/// <summary>C3Ghost: a <see cref="C3Macro"/> whose branch is of <see cref="GhostBottleneckMacro"/>s.</summary>
internal sealed class C3GhostMacro : C3Macro
{
    protected override int Inner(LayerContext context, string name, int input, bool shortcut, int groups)
    {
        var channels = context.Graph.Shape(input).Channels;
        for (var i = 0; i < context.Repeats; i++) input = GhostBottleneckMacro.Block(context, $"{name}.{i}", input, channels, 3, 1);
        return input;
    }
}
