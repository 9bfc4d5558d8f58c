namespace Espalier.Runtime;

/// <summary>The heads whose cells make up an output's rows.</summary>
/// <param name="Stride">Pixels a cell of the coarsest head.</param>
/// <param name="Anchors">Rows a cell.</param>
/// <param name="Rarity">0 for the most usual levels.</param>
internal readonly record struct HeadGrid(int Stride, int Anchors, int Rarity)
{
    /// <summary>Strides of the finest and the coarsest head of a network,
    /// each level twice the one before it; the most usual first.</summary>
    private static readonly (int Finest, int Coarsest)[] Levels =
        [(8, 32), (8, 64), (4, 32), (16, 32), (8, 128), (4, 64), (8, 16), (4, 16), (16, 64), (4, 128), (16, 128), (4, 8)];

    /// <summary>Rows a cell, the most usual first: four anchors on one level are as many rows as one anchor on the next finer.</summary>
    private static readonly int[] AnchorCounts = [1, 3, 2, 4, 5, 6, 7, 8, 9];

    /// <summary>The heads that give so many rows for a picture; null where none do.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="height">The picture's rows of pixels.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="stride">The largest stride where it is known.</param>
    public static HeadGrid? Of(int rows, int height, int width, int? stride)
    {
        foreach (var anchors in AnchorCounts)
        {
            for (var i = 0; i < Levels.Length; i++)
            {
                var (finest, coarsest) = Levels[i];
                if (height % coarsest != 0 || width % coarsest != 0 || (stride is { } known && known != coarsest)) continue;
                if (rows == anchors * Cells(height, width, finest, coarsest)) return new HeadGrid(coarsest, anchors, i);
            }
        }

        return null;
    }

    /// <summary>Cells of all heads from one stride to another.</summary>
    public static int Cells(int height, int width, int finest, int coarsest)
    {
        var cells = 0;
        for (var stride = finest; stride <= coarsest; stride *= 2) cells += height / stride * (width / stride);
        return cells;
    }
}
