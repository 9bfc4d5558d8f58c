namespace Espalier.Networks;

/// <summary>Bottleneck: [channels, shortcut = True, groups = 1, expansion = 0.5].</summary>
internal sealed class BottleneckMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        context.Arguments.Expect(1, 4, "[channels, shortcut, groups, expansion]");
        var channels = context.OutputChannels();
        var hidden = (int)(channels * context.Arguments.Factor(3, "the expansion", 0.5));
        return Block(context, context.Name, context.Input, channels, hidden, context.Arguments.Flag(1, "the shortcut", true),
            context.Arguments.Groups(2));
    }

    /// <summary>1×1 to the hidden width, 3×3 to the channels, added to its input where the shortcut is on and the widths agree.</summary>
    public static int Block(LayerContext context, string name, int input, int channels, int hidden, bool shortcut, int groups = 1)
    {
        var graph = context.Graph;
        var first = graph.Block($"{name}.cv1", input, hidden, 1, 1, context.Activation);
        var second = graph.Block($"{name}.cv2", first, channels, 3, 1, context.Activation, groups: groups);
        return shortcut && graph.Shape(input).Channels == channels ? graph.Sum($"{name}.add", input, second) : second;
    }

    /// <summary>A chain of bottlenecks that keep their width, numbered below the name: the branch inside C3 and BottleneckCSP.</summary>
    public static int Chain(LayerContext context, string name, int input, bool shortcut, int groups)
    {
        var channels = context.Graph.Shape(input).Channels;
        var output = input;
        for (var i = 0; i < context.Repeats; i++) output = Block(context, $"{name}.{i}", output, channels, channels, shortcut, groups);
        return output;
    }
}
