using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>Small tables of our own that hold the blocks which the built-in architectures have not.</summary>
internal static class BlockTables
{
    private const string Start = """
        nc: 2
        depth_multiple: 1.0
        width_multiple: 1.0
        anchors: 3
        backbone:

        """;

    /// <summary>Every kind of node and every block.</summary>
    public static Architecture All { get; } = Parse("all", """
         [[-1, 1, Focus, [8, 3]],
          [-1, 1, DWConv, [16, 3, 2]],
          [-1, 1, GhostBottleneck, [16, 3, 2]],
          [-1, 1, C3Ghost, [16]],
          [-1, 1, BottleneckCSP, [16]],
          [-1, 1, C3x, [16]],
          [-1, 1, SE, [16, 4]],
          [-1, 1, C3TR, [16]],
          [-1, 1, SPP, [16, [3, 5]]],
          [-1, 1, CBAM, [16, 4, 3]],
          [-1, 1, C3SPP, [16, [3]]]]
        head:
         [[-1, 1, nn.ConvTranspose2d, [16, 2, 2]],
          [[-1, 1], 1, Concat, [1]],
          [-1, 1, GhostConv, [16, 1, 1]],
          [-1, 1, DWConvTranspose2d, [16, 3, 1, 1]],
          [-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]],
          [-1, 1, nn.MaxPool2d, [2, 1]],
          [10, 1, nn.Upsample, [None, 2, 'bilinear']],
          [[16, 17], 1, Concat, [1]],
          [-1, 1, CrossConv, [16, 3, 1]],
          [10, 1, nn.Upsample, [None, 2, 'nearest']],
          [[-1, 19], 1, Concat, [1]],
          [-1, 1, Conv, [16, 1, 1]],
          [-1, 1, Conv, [16, 3, 2]],
          [[22, 23], 1, Detect, [nc, anchors]]]
        """);

    /// <summary>
    /// The blocks that YOLOv5 7.0 has too, with its own count of each row's parameters: <c>sum(p.numel() for p in row.parameters())</c>, run on this table.
    /// </summary>
    public static (Architecture Table, long[] Parameters) Counted { get; } = (
        Parse("counted", """
             [[-1, 1, Conv, [16, 6, 2, 2]],
              [-1, 1, DWConv, [32, 3, 2]],
              [-1, 1, GhostConv, [32, 3, 2]],
              [-1, 2, C3Ghost, [32]],
              [-1, 1, GhostBottleneck, [48, 3, 2]],
              [-1, 2, C3x, [48]],
              [-1, 1, CrossConv, [48, 3, 1, 1, 1.0, True]],
              [-1, 1, C3SPP, [48, [5, 9]]]]
            head:
             [[-1, 1, nn.ConvTranspose2d, [32, 2, 2]],
              [[-1, 3], 1, Concat, [1]],
              [-1, 1, DWConvTranspose2d, [32, 3, 1, 1]],
              [-2, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]],
              [-1, 1, nn.MaxPool2d, [2, 1]],
              [-1, 1, Conv, [32, 3, 2]],
              [-1, 1, nn.Upsample, [None, 2, 'bilinear']],
              [[-1, 10], 1, Concat, [1]],
              [-1, 1, DWConv, [64, 3, 1]],
              [-1, 1, C3TR, [64]],
              [[17, 7], 1, Detect, [nc, anchors]]]
            """),
        [1760, 352, 5072, 3128, 4252, 11904, 14016, 6024, 6176, 0, 608, 0, 0, 18496, 0, 0, 704, 18848, 2394]);

    /// <summary>
    /// Small networks for properties that many cuts must hold: ghosts, gates, depthwise and grouped convolutions, both poolings of gates, attention.
    /// </summary>
    public static IReadOnlyList<Architecture> Thinnable { get; } =
    [
        Parse("ghost", """
             [[-1, 1, Conv, [16, 3, 2]],
              [-1, 1, GhostConv, [16, 3, 2]],
              [-1, 2, C3Ghost, [24]],
              [-1, 1, GhostBottleneck, [24, 3, 2]]]
            head:
             [[-1, 1, nn.Upsample, [None, 2, 'bilinear']],
              [[-1, 2], 1, Concat, [1]],
              [-1, 1, C3Ghost, [16, False]],
              [[6, 3], 1, Detect, [nc, anchors]]]
            """),
        Parse("gates", """
             [[-1, 1, Conv, [16, 3, 2]],
              [-1, 1, C3, [16]],
              [-1, 1, SE, [16, 2]],
              [-1, 1, Conv, [24, 3, 2]],
              [-1, 1, CBAM, [24, 3, 3]],
              [-1, 1, Conv, [16, 3, 2]],
              [-1, 1, SE, [16, 4]]]
            head:
             [[-1, 1, C3, [16]],
              [[4, 7], 1, Detect, [nc, anchors]]]
            """),
        Parse("depthwise", """
             [[-1, 1, Conv, [8, 3, 2]],
              [-1, 1, DWConv, [16, 3, 2]],
              [-1, 1, Conv, [24, 1, 1]],
              [-1, 1, C3x, [16]],
              [-1, 1, DWConv, [32, 3, 2]],
              [-1, 1, Conv, [32, 1, 1, None, 4]],
              [-1, 1, Conv, [16, 1, 1]]]
            head:
             [[-1, 1, nn.ConvTranspose2d, [16, 2, 2]],
              [[-1, 3], 1, Concat, [1]],
              [-1, 1, DWConv, [32, 3, 1]],
              [[9, 6], 1, Detect, [nc, anchors]]]
            """),
        Parse("attention", """
             [[-1, 1, Conv, [16, 3, 2]],
              [-1, 1, Conv, [16, 3, 2]],
              [-1, 2, C3TR, [16]],
              [-1, 1, Conv, [24, 3, 2]]]
            head:
             [[-1, 1, nn.Upsample, [None, 2, 'nearest']],
              [[-1, 2], 1, Concat, [1]],
              [-1, 1, C3TR, [24]],
              [[6, 3], 1, Detect, [nc, anchors]]]
            """),
    ];

    private static Architecture Parse(string name, string rows) => Architecture.Parse(name, Start + rows);
}
