namespace Espalier.Networks;

/// <summary>The ranges of each node's own numbers; whether inputs fit is <see cref="ShapeInference"/>'s business.</summary>
internal static class NodeRules
{
    /// <summary>Checks one node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="position">Its place in the graph.</param>
    /// <exception cref="GraphException">A number is out of range; the message says which.</exception>
    public static void Check(Node node, int position)
    {
        if (node.Name.Length is 0 or > GraphLimits.NameLength)
            throw new GraphException($"its name must have from 1 to {GraphLimits.NameLength} characters, not {node.Name.Length}.");
        Range("row", node.Row, -1, GraphLimits.Rows - 1);
        if (node.Inputs.Length > GraphLimits.Inputs)
            throw new GraphException($"it takes {node.Inputs.Length} inputs; at most {GraphLimits.Inputs} are allowed.");
        foreach (var input in node.Inputs)
        {
            if (input < 0 || input >= position) throw new GraphException($"it takes node {input}, which does not come before it.");
        }

        CheckNumbers(node);
    }

    private static void CheckNumbers(Node node)
    {
        switch (node)
        {
            case InputNode image:
                Range("channels", image.Channels, 1, GraphLimits.Channels);
                break;
            case ConvNode conv:
                Check(conv);
                break;
            case BatchNormNode norm:
                Range("channels", norm.Channels, 1, GraphLimits.Channels);
                if (norm.Epsilon is not (> 0 and <= 1)) throw new GraphException("its epsilon must be above 0 and up to 1.");
                if (norm.Momentum is not (>= 0 and <= 1)) throw new GraphException("its momentum must be from 0 to 1.");
                break;
            case ActivationNode activation when !Enum.IsDefined(activation.Kind):
                throw new GraphException($"its activation must be one of {ActivationNames.All}.");
            case MaxPoolNode pool:
                Range("kernel", pool.Kernel, 1, GraphLimits.Kernel);
                Range("stride", pool.Stride, 1, GraphLimits.Kernel);
                Range("padding", pool.Padding, 0, pool.Kernel / 2);
                break;
            case UpsampleNode upsample:
                Range("scale", upsample.Scale, 1, 32);
                break;
            case DetectNode detect:
                Check(detect);
                break;
            default:
                break;
        }
    }

    private static void Check(ConvNode conv)
    {
        Range("input channels", conv.InChannels, 1, GraphLimits.Channels);
        Range("channels", conv.OutChannels, 1, GraphLimits.Channels);
        Range("kernel", conv.Kernel, 1, GraphLimits.Kernel);
        Range("stride", conv.Stride, 1, GraphLimits.Kernel);
        Range("padding", conv.Padding, 0, GraphLimits.Kernel);
        Range("groups", conv.Groups, 1, GraphLimits.Channels);
        if (Counting.Parameters(conv) > GraphLimits.Parameters)
            throw new GraphException($"its convolution alone passes the limit of {GraphLimits.Parameters} parameters.");
    }

    private static void Check(DetectNode detect)
    {
        Range("classes", detect.Classes, 1, GraphLimits.Classes);
        Range("levels", detect.Anchors.Length, 1, 8);
        foreach (var level in detect.Anchors)
        {
            if (level.Length is 0 or > 64 || level.Length % 2 != 0)
                throw new GraphException("each level must have from 1 to 32 pairs of anchor width and height.");
            if (level.Length != detect.Anchors[0].Length) throw new GraphException("every level must have the same number of anchors.");
            foreach (var side in level)
            {
                if (side is not (> 0 and <= 1e6f)) throw new GraphException("its anchors must be lengths above 0 and up to 1000000 pixels.");
            }
        }

        foreach (var stride in detect.Strides) Range("stride", stride, 1, GraphLimits.Side);
    }

    private static void Range(string what, int value, int least, int most)
    {
        if (value < least || value > most) throw new GraphException($"its {what} must be from {least} to {most}, not {value}.");
    }
}
