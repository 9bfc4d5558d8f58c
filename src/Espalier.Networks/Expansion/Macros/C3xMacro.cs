namespace Espalier.Networks;

/// <summary>C3x: a <see cref="C3Macro"/> whose branch is of <see cref="CrossConvMacro"/>s.</summary>
internal sealed class C3xMacro : C3Macro
{
    protected override int Inner(LayerContext context, string name, int input, bool shortcut, int groups)
    {
        var channels = context.Graph.Shape(input).Channels;
        for (var i = 0; i < context.Repeats; i++)
            input = CrossConvMacro.Block(context, $"{name}.{i}", input, channels, channels, 3, 1, groups, shortcut);
        return input;
    }
}
