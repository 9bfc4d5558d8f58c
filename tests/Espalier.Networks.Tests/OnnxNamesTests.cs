using Espalier.Core.Options;
using Espalier.Networks;
using Onnx;

namespace Espalier.Tests;

/// <summary>Every kind of file of every block: each name stands for one thing, which is there before it is read.</summary>
public sealed class OnnxNamesTests
{
    private const int Side = 64;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_name_is_given_once_and_read_after_that(int table)
    {
        var graph = GraphBuilder.Expand(table < BlockTables.Thinnable.Count ? BlockTables.Thinnable[table] : BlockTables.All);
        var checkpoint = new Checkpoint
        {
            Graph = graph,
            Weights = DeterministicWeights.For(graph),
            ClassNames = ["one", "two"],
            ImageSize = Side,
        };
        var prepared = OnnxEmission.Prepare(checkpoint).Graph;
        var plan = QuantizedTensors.Plan(prepared, QuantizedTensors.Of(prepared).ToDictionary(position => position,
            position => new TensorStatistics(new ValueHistogram(-1, 1 + position, [1, 1]), [])), CalibrationMethod.MinMax);
        foreach (var quantization in new[] { null, plan, plan with { KeptFloat = [.. prepared.Nodes.OfType<ConvNode>().Take(3)
            .Select(conv => conv.Name)] } })
        {
            foreach (var size in new int?[] { null, Side })
            {
                var options = new OnnxOptions { Height = size, Width = size, Batch = size is null ? null : 2, Quantization = quantization };
                Require(OnnxEmission.Emit(checkpoint, options));
                Require(OnnxEmission.Emit(checkpoint, options with { Suppression = new NmsOptions() }));
                if (InputWidening.Widen(OnnxEmission.Prepare(checkpoint)) is not null)
                    Require(OnnxEmission.Emit(checkpoint, options with { Interface = OnnxInterface.Bytes }));
            }
        }
    }

    [Fact]
    public void A_name_that_stands_for_other_numbers_already_is_an_error()
    {
        var body = new OnnxBody(new GraphProto());

        Assert.Equal("x", body.Float("x", 1));
        Assert.Equal("x", body.Float("x", 1));
        Assert.Contains("'x' stands for other numbers already",
            Assert.Throws<InvalidOperationException>(() => body.Float("x", 2)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => body.Integers("x", 1065353216));
    }

    private static void Require(OnnxFile file)
    {
        var graph = ModelProto.Parser.ParseFrom(file.ToBytes()).Graph;
        var known = new HashSet<string> { "" };
        foreach (var name in graph.Input.Select(input => input.Name).Concat(graph.Initializer.Select(tensor => tensor.Name)))
            Assert.True(known.Add(name), name);
        foreach (var node in graph.Node)
        {
            Assert.All(node.Input, name => Assert.Contains(name, known));
            foreach (var name in node.Output) Assert.True(known.Add(name), $"{node.OpType} {name}");
        }

        Assert.All(graph.Output, output => Assert.Contains(output.Name, known));
    }
}
