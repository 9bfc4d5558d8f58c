namespace Espalier.Networks;

/// <summary>All kinds of nodes: the word of each in stored graphs, and how it is read.</summary>
internal static class NodeKinds
{
    private static readonly (string Word, Type Type, Func<JsonMembers, Node> Read)[] All =
    [
        ("input", typeof(InputNode), InputNode.Read),
        ("conv", typeof(ConvNode), ConvNode.Read),
        ("batchNorm", typeof(BatchNormNode), BatchNormNode.Read),
        ("activation", typeof(ActivationNode), ActivationNode.Read),
        ("add", typeof(AddNode), AddNode.Read),
        ("concat", typeof(ConcatNode), ConcatNode.Read),
        ("maxPool", typeof(MaxPoolNode), MaxPoolNode.Read),
        ("upsample", typeof(UpsampleNode), UpsampleNode.Read),
        ("spaceToDepth", typeof(SpaceToDepthNode), SpaceToDepthNode.Read),
        ("multiply", typeof(MultiplyNode), MultiplyNode.Read),
        ("globalPool", typeof(GlobalPoolNode), GlobalPoolNode.Read),
        ("channelPool", typeof(ChannelPoolNode), ChannelPoolNode.Read),
        ("pad", typeof(PadNode), PadNode.Read),
        ("convTranspose", typeof(ConvTransposeNode), ConvTransposeNode.Read),
        ("attention", typeof(AttentionNode), AttentionNode.Read),
        ("detect", typeof(DetectNode), DetectNode.Read),
    ];

    /// <summary>The word for a node's operation.</summary>
    /// <exception cref="NotSupportedException">The kind is not listed.</exception>
    public static string Word(Node node) => Array.Find(All, kind => kind.Type == node.GetType()).Word
        ?? throw new NotSupportedException($"{node.Name}: there is no word for a {node.GetType().Name}.");

    /// <summary>The node that a JSON object describes; not checked yet.</summary>
    /// <exception cref="GraphException">It describes none.</exception>
    public static Node Read(JsonMembers json)
    {
        var word = json.Word("operation");
        var read = Array.Find(All, kind => kind.Word == word).Read ?? throw new GraphException($"{json.Where}: there is no operation '{word}'.");
        return read(json);
    }
}
