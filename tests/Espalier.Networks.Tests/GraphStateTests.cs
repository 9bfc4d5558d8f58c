using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>The names, shapes and order of the original's state dictionary.</summary>
public class GraphStateTests
{
    [Theory]
    [InlineData("yolov5n", 349)]
    [InlineData("yolov5n-v4", 361)]

    // The original's 370 counts model.24.anchor_grid too: the anchors once more, in pixels, which only that form stored.
    [InlineData("yolov5n-v3", 370 - 1)]
    public void State_has_as_many_items_as_the_original(string name, int items)
        => Assert.Equal(items, State(name).Length);

    [Fact]
    public void State_starts_with_the_first_convolution_and_its_normalization()
        => Assert.Equal(
            [
                "model.0.conv.weight", "model.0.bn.weight", "model.0.bn.bias", "model.0.bn.running_mean", "model.0.bn.running_var",
                "model.0.bn.num_batches_tracked",
            ],
            State("yolov5n").Take(6).Select(item => item.Name));

    [Fact]
    public void C3_lists_its_three_convolutions_before_its_bottlenecks()
        => Assert.Equal(
            ["model.4.cv1", "model.4.cv2", "model.4.cv3", "model.4.m.0.cv1", "model.4.m.0.cv2", "model.4.m.1.cv1", "model.4.m.1.cv2"],
            Convolutions("yolov5n", "model.4."));

    [Fact]
    public void Bottleneck_csp_lists_its_joint_normalization_between_its_convolutions_and_its_bottlenecks()
        => Assert.Equal(
            [
                "model.2.cv1.conv.weight", "model.2.cv1.bn.weight", "model.2.cv2.weight", "model.2.cv3.weight", "model.2.cv4.conv.weight",
                "model.2.cv4.bn.weight", "model.2.bn.weight", "model.2.m.0.cv1.conv.weight", "model.2.m.0.cv1.bn.weight",
                "model.2.m.0.cv2.conv.weight", "model.2.m.0.cv2.bn.weight",
            ],
            State("yolov5n-v3").Select(item => item.Name).Where(name => name.StartsWith("model.2.") && name.EndsWith(".weight")));

    [Fact]
    public void Focus_keeps_the_original_names()
        => Assert.Equal("model.0.conv.conv.weight", State("yolov5n-v4")[0].Name);

    [Fact]
    public void Detect_lists_its_anchors_before_its_heads()
    {
        var tail = State("yolov5n")[^7..];

        Assert.Equal(
            [
                "model.24.anchors", "model.24.m.0.weight", "model.24.m.0.bias", "model.24.m.1.weight", "model.24.m.1.bias",
                "model.24.m.2.weight",
                "model.24.m.2.bias",
            ],
            tail.Select(item => item.Name));
        Assert.Equal([3, 3, 2], tail[0].Shape);
        Assert.Equal([45, 64, 1, 1], tail[1].Shape);
    }

    [Fact]
    public void Rows_are_ordered_by_number_not_by_letter()
        => Assert.Equal(Enumerable.Range(0, 25).Except([11, 12, 15, 16, 19, 22]), State("yolov5n")
            .Select(item => int.Parse(item.Name.Split('.')[1])).Distinct());

    [Fact]
    public void Parameter_groups_are_the_original_ones()
    {
        var state = State("yolov5n");

        Assert.Equal(60, state.Count(item => item.Kind is StateKind.ConvolutionBias or StateKind.BatchNormBias));
        Assert.Equal(60, state.Count(item => item.Kind is StateKind.ConvolutionWeight));
        Assert.Equal(57, state.Count(item => item.Kind is StateKind.BatchNormWeight));
        Assert.Equal(1_777_447, state.Where(item => item.IsParameter).Sum(item => item.Count));
    }

    [Fact]
    public void Anchors_are_held_in_cells()
    {
        var anchors = GraphState.Anchors(GraphBuilder.Expand(Architecture.Load("yolov5n")).Detect);

        Assert.Equal([3, 3, 2], anchors.Shape);
        Assert.Equal([1.25f, 1.625f, 2f, 3.75f], anchors.Values[..4]);
        Assert.Equal([11.65625f, 10.1875f], anchors.Values[^2..]);
    }

    private static System.Collections.Immutable.ImmutableArray<StateItem> State(string name)
        => GraphBuilder.Expand(Architecture.Load(name), 10).State();

    private static IEnumerable<string> Convolutions(string name, string prefix)
        => State(name).Select(item => item.Name).Where(item => item.StartsWith(prefix) && item.EndsWith(".conv.weight"))
            .Select(item => item[..^12]);
}
