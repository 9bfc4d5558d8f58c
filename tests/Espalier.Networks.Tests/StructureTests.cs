using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>The oracle's "Structure" table.</summary>
public class StructureTests
{
    [Theory]
    [InlineData("yolov5n", 1_872_157, 1_777_447, 57, 60, 4_752, 4.4681, 4.1671)]
    [InlineData("yolov5s", 7_235_389, 7_046_599, 57, 60, 9_504, 16.4336, 15.8314)]
    [InlineData("yolov5m", 21_190_557, 20_907_687, 79, 82, 18_384, 48.8724, 47.9693)]
    [InlineData("yolov5l", 46_563_709, 46_186_759, 101, 104, 30_016, 108.9937, 107.7895)]
    [InlineData("yolov5x", 86_749_405, 86_278_375, 123, 126, 44_400, 205.4482, 203.9429)]
    public void Sixth_family_has_the_original_counts(
        string name,
        long parameters80,
        long parameters10,
        int batchNorms,
        int convolutions,
        long scales,
        double gigaFlops80,
        double gigaFlops10
    )
    {
        var coco = Expand(name, 80).Summarize(640);
        var digits = Expand(name, 10).Summarize(640);

        Assert.Equal((parameters80, parameters10), (coco.Parameters, digits.Parameters));
        Assert.Equal((batchNorms, convolutions, scales), (digits.BatchNorms, digits.Convolutions, digits.BatchNormScales));
        Assert.Equal(gigaFlops80, coco.GigaFlops, 4);
        Assert.Equal(gigaFlops10, digits.GigaFlops, 4);
    }

    [Theory]
    [InlineData("yolov5n-v4", 10, 1_787_815)]
    [InlineData("yolov5s-v4", 80, 7_276_605)]
    [InlineData("yolov5s-v4", 10, 7_087_815)]
    [InlineData("yolov5m-v4", 80, 21_375_645)]
    [InlineData("yolov5m-v4", 10, 21_092_775)]
    [InlineData("yolov5l-v4", 80, 47_056_765)]
    [InlineData("yolov5l-v4", 10, 46_679_815)]
    [InlineData("yolov5x-v4", 80, 87_775_965)]
    [InlineData("yolov5x-v4", 10, 87_304_935)]
    [InlineData("yolov5n-v3", 10, 1_836_231)]
    [InlineData("yolov5s-v3", 80, 7_468_157)]
    [InlineData("yolov5m-v3", 80, 21_805_053)]
    [InlineData("yolov5l-v3", 80, 47_818_749)]
    [InlineData("yolov5x-v3", 80, 88_965_245)]
    public void Older_families_have_the_original_counts(string name, int classes, long parameters)
        => Assert.Equal(parameters, Expand(name, classes).Summarize(640).Parameters);

    [Fact]
    public void Rows_have_the_original_parameters()
        => Assert.Equal(
            [
                1760, 4672, 4800, 18560, 29184, 73984, 156928, 295424, 296448, 164608, 33024, 0, 0, 90880,
                8320, 0, 0, 22912, 36992, 0, 74496,
                147712, 0, 296448, 20295,
            ],
            Expand("yolov5n", 10).Summarize(640).Rows.Select(row => row.Parameters));

    [Theory]
    [InlineData(640, 25_200)]
    [InlineData(320, 6_300)]
    [InlineData(192, 2_268)]
    public void Image_size_decides_the_number_of_predictions(int imageSize, int predictions)
        => Assert.Equal(predictions, Expand("yolov5n", 10).Summarize(imageSize).Predictions);

    [Fact]
    public void Multiply_adds_at_224_pixels_are_the_original_ones()
        => Assert.Equal(1_006_555_648, Expand("yolov5s", 80).Summarize(224).MultiplyAdds);

    [Fact]
    public void Rows_know_their_module_sources_and_shape()
    {
        var row = Expand("yolov5n", 10).Summarize(640).Rows[16];

        Assert.Equal("Concat", row.Module);
        Assert.Equal([15, 4], row.From);
        Assert.Equal(new TensorShape(128, 80, 80), row.Output);
    }

    [Fact]
    public void Image_size_that_is_no_multiple_of_the_stride_is_refused()
        => Assert.Contains("multiple of the network's stride 32", Assert.Throws<GraphException>(() => Expand("yolov5n", 10).Summarize(100))
            .Message);

    [Fact]
    public void Every_built_in_expands_to_strides_8_16_32()
    {
        Assert.Equal(15, Architectures.Names.Length);
        Assert.All(Architectures.Names, name => Assert.Equal([8, 16, 32], Expand(name, 3).Detect.Strides));
    }

    private static Graph Expand(string name, int classes) => GraphBuilder.Expand(Architecture.Load(name), classes);
}
