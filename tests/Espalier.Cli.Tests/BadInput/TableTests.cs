namespace Espalier.Tests.BadInput;

/// <summary>YAML files that make no sense, and labels that do not fit them.</summary>
public class TableTests(TrainedRun trained)
{
    private const string Head = "depth_multiple: 1\nwidth_multiple: 1\nanchors:\n  - [8, 8]\nbackbone:\n";

    [Theory]
    [InlineData("unknown module", "nc: 10\n" + Head + "  - [-1, 1, Conv, [8, 3, 2]]\n  - [-1, 1, Swish, [8]]\nhead:\n  - [-1, 1, Detect, "
        + "[nc, anchors]]\n", "net.yaml, row 1 (Swish): There is no module of this name; there are Conv, ")]
    [InlineData(
        "cycle",
        "nc: 10\n"
            + Head
            + "  - [-1, 1, Conv, [8, 3, 2]]\n  - [[-1, 2], 1, Concat, [1]]\nhead:\n  - [-1, 1, Conv, [8, 3, 1]]\n  - [-1, 1, Detect, [nc, "
                + "anchors]]\n",
        "net.yaml, row 1 (Concat): from 2 does not come before this row, which would make a cycle."
    )]
    [InlineData("no class list", Head + "  - [-1, 1, Conv, [8, 3, 2]]\nhead:\n  - [-1, 1, Detect, [nc, anchors]]\n",
        "net.yaml: neither nc (the number of classes) nor names is there.")]
    [InlineData("no YAML", "nc: [1\n  - }", "net.yaml")]
    public void Architecture_that_makes_no_sense(string what, string yaml, string expected)
    {
        using var workspace = new Workspace();
        var table = workspace.Write("net.yaml", yaml);

        foreach (var sentence in new[] { workspace.Refusal("model", table), workspace.TrainingRefusal(trained.Data, "--model", table) })
        {
            Assert.True(sentence.Contains(expected, StringComparison.OrdinalIgnoreCase), $"{what}: {sentence}");
        }
    }

    [Fact]
    public void Data_without_a_class_list()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();
        File.WriteAllText(data, "train: images\nval: images\n");

        var sentence = $"{data} has no class list: 'names' is missing.";
        Assert.Equal(sentence, workspace.TrainingRefusal(data));
        Assert.Equal(sentence, workspace.Refusal("validate", trained.Best, "--data", data));
    }

    [Fact]
    public void Class_twelve_of_ten()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();
        var label = workspace.Write("set/labels/3.txt", "0 .5 .5 .2 .2\n12 .5 .5 .2 .2\n");

        var sentence = $"{label}, row 2: class 12, but {data} names 10 classes (0 to 9).";
        Assert.Equal(sentence, workspace.TrainingRefusal(data));
        Assert.Equal(sentence, workspace.Refusal("validate", trained.Best, "--data", data));
    }

    [Fact]
    public void Split_that_is_not_there()
    {
        using var workspace = new Workspace();

        var sentence = workspace.Refusal("validate", trained.Best, "--data", trained.Data, "--split", "test");

        Assert.Contains("test", sentence, StringComparison.Ordinal);
        Assert.Contains("train, val", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_other_classes_than_the_weights()
    {
        using var workspace = new Workspace();
        var data = workspace.YoloFolder();
        File.WriteAllText(data, "train: images\nval: images\nnames: [a, b, c, d, e, f, g, h, i, j, k]\n");

        Assert.Equal($"'{trained.Best}' knows 10 classes, but '{data}' names 11.",
            workspace.Refusal("validate", trained.Best, "--data", data));
    }

    [Theory]
    [InlineData("lr0: fast\n", "line 1: lr0 must be a number, not 'fast'.")]
    [InlineData("lr0: 0.01\nspeed: 3\n", "line 2: there is no hyper-parameter 'speed'; there are lr0, ")]
    [InlineData("hsv_h: 7\n", "must be within 0…1, but is 7.")]
    [InlineData("- 1\n", "is not a list of names and numbers")]
    public void Hyper_parameters_that_make_no_sense(string yaml, string expected)
    {
        using var workspace = new Workspace();
        var file = workspace.Write("hyp.yaml", yaml);

        var sentence = workspace.TrainingRefusal(trained.Data, "--hyp", file);

        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.Contains($"'{file}'", sentence, StringComparison.Ordinal);
    }
}
