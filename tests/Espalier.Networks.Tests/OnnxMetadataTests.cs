using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>What a file says of itself.</summary>
public sealed class OnnxMetadataTests
{
    [Fact]
    public void Class_names_stand_as_Python_reads_them()
    {
        var graph = GraphBuilder.Expand(BlockTables.Thinnable[0]);
        var checkpoint = new Checkpoint
        {
            Graph = graph,
            Weights = DeterministicWeights.For(graph),
            ClassNames = ["it's a\\b", "one\r\ntwo\0"],
            ImageSize = 64,
        };

        Assert.Equal(@"{0: 'it\'s a\\b', 1: 'one\x0d\x0atwo\x00'}", OnnxMetadata.Of(checkpoint, new OnnxOptions())["names"]);
    }
}
