using System.IO.Compression;
using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>The original's <c>.pt</c> files, read as data.</summary>
public class TorchFileTests
{
    [Fact]
    public void Released_file_holds_the_same_tensors_as_its_safetensors_twin()
    {
        var expected = Safetensors.Read(SharedMaterial.Require("data", "weights", "yolov5n_coco_v6.0.safetensors")).Weights;
        var file = TorchFile.Read(SharedMaterial.Require("data", "weights", "yolov5n.pt"));

        Assert.Equal(80, file.ClassNames.Length);
        Assert.Equal(("person", "toothbrush"), (file.ClassNames[0], file.ClassNames[79]));
        Assert.Equal(ActivationKind.SiLU, file.Architecture!.Activation.Kind);
        Assert.All(expected.Names, name =>
        {
            Assert.Equal(expected[name].Shape, file.Weights[name].Shape);
            Assert.Equal(expected[name].Values, file.Weights[name].Values);
        });
        Assert.Equal(expected.Names.Order(), file.Weights.Names.Order());
    }

    [Fact]
    public void Released_file_lists_its_tensors_in_the_order_of_the_state()
    {
        var file = TorchFile.Read(SharedMaterial.Require("data", "weights", "yolov5n.pt"));

        // The release stores the anchors once more, in pixels.
        Assert.Equal(
            GraphBuilder.Expand(Architecture.Load("yolov5n")).State().Select(item => item.Name),
            file.Weights.Names.Where(name => name != "model.24.anchor_grid"));
    }

    [Theory]
    [InlineData("yolov5n.pt", "person")]
    [InlineData("yolov5n_coco_v6.0.safetensors", "0")]
    public void Released_weights_open_as_a_checkpoint(string name, string first)
    {
        var checkpoint = Checkpoint.Open(SharedMaterial.Require("data", "weights", name));

        Assert.Equal(1_872_157, checkpoint.Graph.Summarize(640).Parameters);
        Assert.Equal(GraphBuilder.Expand(Architecture.Load("yolov5n")).Hash(), checkpoint.Graph.Hash());
        Assert.Equal(first, checkpoint.ClassNames[0]);
        Assert.Equal(640, checkpoint.ImageSize);
    }

    [Fact]
    public void Released_file_with_random_damage_is_read_or_refused()
    {
        var bytes = File.ReadAllBytes(SharedMaterial.Require("data", "weights", "yolov5n.pt"));
        var random = new Random(4);
        for (var i = 0; i < 60; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var j = 0; j < 3; j++) damaged[random.Next(i < 40 ? 60_000 : damaged.Length)] ^= (byte)random.Next(1, 256);
            ReadOrRefuse(i % 3 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
        }
    }

    [Fact]
    public void Plain_state_dictionary_is_read()
    {
        var pickle = new TorchPickle().OrderedMap().Code("(").Text("model.0.conv.weight").Tensor([1, 2, 3, 4, 5, 6], [2, 3], [3, 1])
            .Text("model.0.bn.weight").Tensor([9, 8], [], [], offset: 1).Code("u");

        var weights = Read(pickle).Weights;

        Assert.Equal(["model.0.conv.weight", "model.0.bn.weight"], weights.Names);
        Assert.Equal([2, 3, 1, 1], weights["model.0.conv.weight"].Shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6], weights["model.0.conv.weight"].Values);
        Assert.Equal([8f], weights["model.0.bn.weight"].Values);
    }

    [Fact]
    public void Linear_layers_are_read_as_convolutions_and_attentions_projection_as_one_of_a_module()
    {
        var weights = Read(new TorchPickle().Code("}(")
            .Text("m.tr.0.ma.in_proj_weight").Tensor([1, 2, 3], [3, 1], [1, 1])
            .Text("m.tr.0.ma.in_proj_bias").Tensor([4, 5, 6], [3], [1]).Code("u")).Weights;

        Assert.Equal([3, 1, 1, 1], weights["m.tr.0.ma.in_proj.weight"].Shape);
        Assert.Equal([4f, 5, 6], weights["m.tr.0.ma.in_proj.bias"].Values);
    }

    [Fact]
    public void Transposed_tensor_is_read_in_its_own_order()
        => Assert.Equal(
            [1f, 4, 2, 5, 3, 6],
            Read(new TorchPickle().Code("}(").Text("x").Tensor([1, 2, 3, 4, 5, 6], [3, 2], [1, 3]).Code("u")).Weights["x"].Values);

    [Fact]
    public void Model_object_is_walked_and_the_averaged_one_preferred()
    {
        var pickle = new TorchPickle().Code("}(").Text("model");
        Model(pickle, 1).Text("ema");
        Model(pickle, 2).Code("u");

        var file = Read(pickle);

        Assert.Equal([2f], file.Weights["model.0.weight"].Values);
        Assert.Equal(["cat", "dog"], file.ClassNames);
    }

    [Fact]
    public void Model_is_taken_where_the_average_is_none()
    {
        var pickle = new TorchPickle().Code("}(").Text("ema").Code("N").Text("model");

        Assert.Equal([1f], Read(Model(pickle, 1).Code("u")).Weights["model.0.weight"].Values);
    }

    [Fact]
    public void Table_and_activation_are_read_from_the_model()
    {
        var pickle = new TorchPickle().New("models.yolo", "Model").Code("}(")
            .Text("yaml").Code("}(").Text("nc").Whole(1).Text("depth_multiple").Whole(1).Text("width_multiple").Whole(1)
            .Text("anchors").Code("](](").Whole(8).Whole(8).Code("ee")
            .Text("backbone").Code("](](").Whole(-1).Whole(1).Text("Conv").Code("](").Whole(8).Whole(3).Whole(2).Code("eee")
            .Text("head").Code("](](").Whole(-1).Whole(1).Text("Detect").Code("](").Text("nc").Text("anchors").Code("eeeu")
            .Text("_modules").OrderedMap().Code("(").Text("0").New("models.common", "Conv").Code("}(")
            .Text("_modules").OrderedMap().Code("(").Text("act").New("torch.nn.modules.activation", "Hardswish").Code("}bu")
                .Code("ub").Code("u").Code("ub");

        var architecture = Read(pickle).Architecture!;

        Assert.Equal(ActivationKind.Hardswish, architecture.Activation.Kind);
        Assert.Equal([2], GraphBuilder.Expand(architecture).Detect.Strides);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch", "load")]
    [InlineData("modelsx", "evil")]
    public void Unknown_name_is_refused_by_name(string module, string name)
    {
        var pickle = new TorchPickle().Global(module, name).Code("(").Text("touch /tmp/x").Code("tR");

        Assert.Contains($"asks for '{module}.{name}', which no YOLOv5 checkpoint needs",
            Assert.Throws<WeightsException>(() => Read(pickle)).Message);
    }

    [Fact]
    public void Call_of_an_allowed_class_makes_nothing_but_a_record()
        => Assert.Contains("neither a model nor a state dictionary", Assert.Throws<WeightsException>(
            () => Read(new TorchPickle().Global("models.experimental", "attempt_load").Code("(").Text("x").Code("tR"))).Message);

    [Fact]
    public void Tensor_that_reaches_beyond_its_storage_is_refused()
        => Assert.Throws<WeightsException>(() => Read(new TorchPickle().Code("}(").Text("x").Tensor([1, 2], [3], [1]).Code("u")));

    [Fact]
    public void Storage_of_another_length_than_claimed_is_refused()
        => Assert.Contains("take 8 bytes where 12 belong", Assert.Throws<WeightsException>(
            () => Read(new TorchPickle().Code("}(").Text("x").Tensor([1, 2], [3], [1], claimed: 3).Code("u"))).Message);

    [Fact]
    public void Tensors_that_repeat_one_number_a_thousand_million_times_are_refused()
        => Assert.Contains("larger than the file", Assert.Throws<WeightsException>(
            () => Read(new TorchPickle().Code("}(").Text("x").Tensor([1], [1 << 30], [0]).Code("u"))).Message);

    [Fact]
    public void Compressed_archive_is_refused()
    {
        var bytes = new TorchPickle().Code("}(").Text("x").Tensor(new float[1000], [1000], [1]).Code("u")
            .ToArchive(compression: CompressionLevel.Optimal);

        Assert.Contains("too large or compressed", Assert.Throws<WeightsException>(() => TorchFile.Read(new MemoryStream(bytes), "x.pt"))
            .Message);
    }

    [Fact]
    public void Flipped_number_is_found()
    {
        var bytes = new TorchPickle().Code("}(").Text("x").Tensor([12345.678f], [1], [1]).Code("u").ToArchive();
        var place = bytes.AsSpan().IndexOf(BitConverter.GetBytes(12345.678f));
        bytes[place] ^= 1;

        Assert.Contains("the checksum of '0' does not match",
            Assert.Throws<WeightsException>(() => TorchFile.Read(new MemoryStream(bytes), "x.pt")).Message);
    }

    [Fact]
    public void Module_that_contains_itself_is_refused()
    {
        // The model's _modules map holds the model itself, recalled from the memo.
        var pickle = new TorchPickle().Code("}(").Text("model").New("models.yolo", "Model").Raw((byte)'q', 0).Code("}(")
            .Text("_modules").Code("}(").Text("again").Raw((byte)'h', 0).Code("u").Code("u").Code("b").Code("u");

        Assert.Contains("too deeply", Assert.Throws<WeightsException>(() => Read(pickle)).Message);
    }

    [Fact]
    public void Old_form_and_other_archives_are_refused_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("old.pt"), [0x80, 2, 0x8a, 0x0a, 1, 2, 3]);
        using (var zip = ZipFile.Open(folder.File("other.pt"), ZipArchiveMode.Create)) zip.CreateEntry("hello.txt");

        Assert.Contains("PyTorch before 1.6", Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.File("old.pt"))).Message);
        Assert.Contains("has no data.pkl", Assert.Throws<WeightsException>(() => Checkpoint.Open(folder.File("other.pt"))).Message);
    }

    [Fact]
    public void Mutated_pickles_are_read_or_refused_but_never_crash()
    {
        var pickle = new TorchPickle().Code("}(").Text("ema").Code("N").Text("model");
        var bytes = Model(pickle, 1).Code("u").ToArchive();
        var (start, length) = (bytes.AsSpan().IndexOf((byte)0x80), 420);
        var random = new Random(6);
        for (var i = 0; i < 3000; i++)
        {
            var body = bytes[start..(start + length)];
            for (var j = random.Next(1, 6); j > 0; j--) body[random.Next(body.Length)] = (byte)random.Next(256);
            try
            {
                new PickleReader(body, "x.pt").Read();
            }
            catch (WeightsException)
            {
                // Refused as promised.
            }
        }
    }

    private static TorchPickle Model(TorchPickle pickle, float value)
        => pickle.New("models.yolo", "DetectionModel").Code("}(")
            .Text("names").Code("](").Text("cat").Text("dog").Code("e")
            .Text("_modules").OrderedMap().Code("(").Text("model").New("torch.nn.modules.container", "Sequential").Code("}(")
            .Text("_modules").OrderedMap().Code("(").Text("0").New("torch.nn.modules.conv", "Conv2d").Code("}(")
            .Text("_parameters").OrderedMap().Code("(").Text("weight").Global("torch._utils", "_rebuild_parameter").Code("(")
            .Tensor([value], [1, 1, 1, 1], [1, 1, 1, 1]).Code("\x88").OrderedMap().Code("tR").Text("bias").Code("Nu")
            .Code("ub").Code("u").Code("ub").Code("u").Code("ub");

    private static TorchFile Read(TorchPickle pickle) => TorchFile.Read(new MemoryStream(pickle.ToArchive()), "x.pt");

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            TorchFile.Read(new MemoryStream(bytes), "x.pt");
        }
        catch (WeightsException)
        {
            // Refused as promised.
        }
    }
}
