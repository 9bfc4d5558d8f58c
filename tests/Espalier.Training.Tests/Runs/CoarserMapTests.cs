using Espalier.Networks;
using Espalier.Training.Prediction;
using Espalier.Training.Validation;
using static TorchSharp.torch;

namespace Espalier.Training.Tests.Runs;

/// <summary>A table whose backbone goes to stride 32 while its heads stand at 8 and 16, as YOLOv5's <c>p34</c>.</summary>
public sealed class CoarserMapTests
{
    private const string Table = """
        nc: 2
        depth_multiple: 1
        width_multiple: 1
        anchors: 3
        backbone:
          - [-1, 1, Conv, [8, 6, 2, 2]]
          - [-1, 1, Conv, [16, 3, 2]]
          - [-1, 1, Conv, [24, 3, 2]]
          - [-1, 1, Conv, [32, 3, 2]]
          - [-1, 1, Conv, [48, 3, 2]]
        head:
          - [-1, 1, nn.Upsample, [None, 2, nearest]]
          - [[-1, 3], 1, Concat, [1]]
          - [-1, 1, Conv, [32, 1, 1]]
          - [[2, 7], 1, Detect, [nc, anchors]]
        """;

    [Fact]
    public void It_is_trained_and_validated_on_sizes_that_its_coarsest_map_divides()
    {
        using var small = new SmallRun(training: 4);
        File.WriteAllText(small.PathOf("p34.yaml"), Table);

        var trained = Checkpoint.Load(small.Train(small.Options with { Model = small.PathOf("p34.yaml"), Epochs = 1 }).Folder.Best);

        Assert.Equal([8, 16], trained.Graph.Detect.Strides);
        Assert.Equal(32, trained.Stride);
        using var network = new TorchNetwork(trained, CPU);
        var request = new ValidationRequest { Data = small.Data };
        Assert.Equal(4, request.Run(network, "p34", cancellationToken: TestContext.Current.CancellationToken).Outcome.Report.Pictures);
    }
}
