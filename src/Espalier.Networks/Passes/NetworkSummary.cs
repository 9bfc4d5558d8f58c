using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>What a network costs at an image size.</summary>
/// <param name="Height">Rows of the picture.</param>
/// <param name="Width">Columns of the picture.</param>
/// <param name="Nodes">A node each, in order.</param>
/// <param name="Rows">A row of the table each, in order.</param>
public sealed record NetworkSummary(int Height, int Width, ImmutableArray<NodeSummary> Nodes, ImmutableArray<RowSummary> Rows)
{
    /// <summary>Trainable parameters.</summary>
    public long Parameters => Nodes.Sum(node => node.Parameters);

    /// <summary>Multiply-adds of all convolutions, a picture.</summary>
    public long MultiplyAdds => Nodes.Sum(node => node.MultiplyAdds);

    /// <summary>10⁹ floating-point operations a picture: two a multiply-add, convolutions only.</summary>
    public double GigaFlops => MultiplyAdds * 2 / 1e9;

    /// <summary>Primitive nodes, without the image.</summary>
    public int Layers => Nodes.Length - 1;

    /// <summary>How many convolutions.</summary>
    public int Convolutions => Nodes.Count(node => node.Node is ConvNode);

    /// <summary>How many batch normalizations.</summary>
    public int BatchNorms => Nodes.Count(node => node.Node is BatchNormNode);

    /// <summary>How many BN scales γ: what slimming can rank.</summary>
    public long BatchNormScales => Nodes.Sum(node => node.Node is BatchNormNode norm ? norm.Channels : 0L);

    /// <summary>How many boxes the network predicts for a picture, before suppression.</summary>
    public int Predictions => Nodes[^1].Output.Height;
}
