using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Quantization;
using static TorchSharp.torch;

namespace Espalier.Training.Tests.Quantization;

public sealed class ActivationCalibrationTests
{
    [Fact]
    public void Values_are_counted_beyond_what_float32_counts()
    {
        // A float32 that is counted up by one stands still at 16,777,216.
        const int Many = (1 << 24) + 5000;
        using var scope = NewDisposeScope();
        using var values = zeros(4, Many / 4);
        values[0, 0] = 1;
        var counts = new double[2048];

        ActivationCalibration.AddCounts(values, 0, 1, counts);

        Assert.Equal(Many - 1, counts[0]);
        Assert.Equal(1, counts[^1]);
        Assert.Equal(Many, counts.Sum());
    }

    [Theory]
    [InlineData(-0.2784645f, 5.1234f)]
    [InlineData(0.1f, 0.7f)]
    [InlineData(-3.3f, 1e-3f)]
    public void The_highest_value_is_counted_however_the_bins_are_rounded(float low, float high)
    {
        using var scope = NewDisposeScope();
        for (var step = 0; step < 50; step++)
        {
            var top = high + (step * 0.0137f);
            var counts = new double[2048];
            ActivationCalibration.AddCounts(tensor([low, top, top]), low, top, counts);
            Assert.Equal((1.0, 2.0), (counts[0], counts[^1]));
        }
    }

    [Fact]
    public void Statistics_are_those_of_a_plain_evaluation()
    {
        const int Side = 32;
        var network = Small();
        Batch[] batches = [Pixels(2, Side, place => (byte)(127.5 + (127 * Math.Sin(0.05 * place)))),
            Pixels(1, Side, place => (byte)(place % 200))];

        var seen = ActivationCalibration.Measure(network, batches, CPU, TestContext.Current.CancellationToken);

        var plain = batches.SelectMany(batch => Enumerable.Range(0, batch.Count).Select(picture => Planes(batch, picture)))
            .Select(picture => new ReferenceExecutor(network.Graph, network.Weights).Run(picture, Side, Side)).ToArray();
        Assert.Equal(QuantizedTensors.Of(network.Graph).Order(), seen.Keys.Order());
        foreach (var (position, statistics) in seen)
        {
            var (values, channels) = (plain.SelectMany(outputs => outputs[position].Values).ToArray(), plain[0][position].Shape.Channels);
            var means = Enumerable.Range(0, channels).Select(channel => plain.SelectMany(outputs =>
                outputs[position].Values.Chunk(outputs[position].Values.Length / channels).ElementAt(channel)).Average());
            var histogram = statistics.Histogram;

            Assert.Equal(values.Min(), histogram.Low, 1e-4);
            Assert.Equal(values.Max(), histogram.High, 1e-4);
            Assert.Equal(means, statistics.ChannelMeans, (one, other) => Math.Abs(one - other) < 1e-4);
            Assert.Equal((ValueHistogram.UsualBins, values.Length), (histogram.Counts.Length, (int)histogram.Counts.Sum()));
            Assert.Equal(values.Average(value => (double)value),
                histogram.Counts.Select((count, bin) => count * histogram.Centre(bin)).Sum() / values.Length, histogram.BinWidth);
            Assert.Equal(values.Count(value => value < (histogram.Low + histogram.High) / 2),
                histogram.Counts[..(ValueHistogram.UsualBins / 2)].Sum(), 0.01 * values.Length);
        }
    }

    [Fact]
    public void What_is_the_same_everywhere_has_no_counts_and_a_calibration_can_be_ended()
    {
        using var ended = new CancellationTokenSource();
        Batch[] black = [Pixels(1, 32, _ => 0)];

        var image = ActivationCalibration.Measure(Small(), black, CPU, TestContext.Current.CancellationToken)[0];

        Assert.Equal((0f, 0f, 0.0), (image.Histogram.Low, image.Histogram.High, image.Histogram.Counts.Sum()));
        Assert.Equal([0f, 0, 0], image.ChannelMeans);
        ended.Cancel();
        Assert.Throws<OperationCanceledException>(() => ActivationCalibration.Measure(Small(), black, CPU, ended.Token));
    }

    private static Network Small()
    {
        var graph = GraphBuilder.Expand(BlockTables.Thinnable[1]);
        return OnnxEmission.Prepare(new Checkpoint
        {
            Graph = graph,
            Weights = DeterministicWeights.For(graph),
            ClassNames = ["one", "two"],
            ImageSize = 32,
        });
    }

    private static Batch Pixels(int count, int side, Func<int, byte> value) => new()
    {
        Count = count,
        Height = side,
        Width = side,
        Pixels = [.. Enumerable.Range(0, count * side * side * 3).Select(value)],
        Targets = [],
        Sources = [],
    };

    /// <summary>A picture of a batch as (3, side, side), 0…1.</summary>
    private static float[] Planes(Batch batch, int picture)
    {
        var cells = batch.Height * batch.Width;
        return [.. Enumerable.Range(0, 3).SelectMany(channel => Enumerable.Range(0, cells)
            .Select(cell => batch.Pixels[(((picture * cells) + cell) * 3) + channel] / 255f))];
    }
}
