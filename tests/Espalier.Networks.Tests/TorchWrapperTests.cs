using Espalier.Networks;

namespace Espalier.Tests;

/// <summary>What people wrap around a network before they save it, what else they save, and how they name classes.</summary>
public class TorchWrapperTests
{
    [Theory]
    [InlineData("torch.nn.parallel.data_parallel", "DataParallel", "module")]
    [InlineData("torch.nn.parallel.distributed", "DistributedDataParallel", "module")]
    [InlineData("models.common", "AutoShape", "model")]
    [InlineData("yolov5.models.common", "AutoShape", "model")]
    [InlineData("models.common", "DetectMultiBackend", "model")]
    [InlineData("torch._dynamo.eval_frame", "OptimizedModule", "_orig_mod")]
    public void A_wrapped_model_is_read_as_the_model(string module, string type, string child)
    {
        var pickle = new TorchPickle().Code("}(").Text("model").New(module, type).Code("}(").Text("_modules").OrderedMap()
            .Code("(").Text(child);
        Model(pickle, names => names.Code("](").Text("cat").Code("e")).Code("uubu");

        var file = Read(pickle);

        Assert.Equal(["model.0.weight"], file.Weights.Names);
        Assert.Equal(["cat"], file.ClassNames);
    }

    [Fact]
    public void Wrappers_inside_wrappers_and_the_model_alone_are_read()
    {
        var pickle = new TorchPickle().New("models.common", "AutoShape").Code("}(").Text("_modules").OrderedMap().Code("(").Text("model")
            .New("models.common", "DetectMultiBackend").Code("}(").Text("_modules").OrderedMap().Code("(").Text("model");
        Model(pickle, names => names.Code("N")).Code("uubuub");

        Assert.Equal(["model.0.weight"], Read(pickle).Weights.Names);
    }

    [Fact]
    public void The_average_of_older_files_stands_in_a_tuple_with_its_updates()
    {
        var pickle = new TorchPickle().Code("}(").Text("ema").Code("(");
        Model(pickle, names => names.Code("N")).Whole(7).Code("tu");

        Assert.Equal(["model.0.weight"], Read(pickle).Weights.Names);
    }

    [Theory]
    [InlineData("pathlib._local", "PosixPath")]
    [InlineData("pathlib._local", "WindowsPath")]
    [InlineData("pathlib", "PureWindowsPath")]
    [InlineData("yolov5.models.yolo", "DetectionModel")]
    [InlineData("yolov5.utils.autoanchor", "check_anchors")]
    public void Names_of_newer_Pythons_and_of_the_pip_package_are_words(string module, string name)
        => Assert.Equal(["x"], Read(new TorchPickle().Code("}(").Text("o").Global(module, name).Code("(").Text("a").Code("tR")
            .Text("x").Tensor([1], [1], [1]).Code("u")).Weights.Names);

    [Theory]
    [InlineData("pathlib._locale", "PosixPath")]
    [InlineData("yolov5.hub", "load")]
    [InlineData("yolov5x.models", "Model")]
    public void Names_that_only_look_like_them_are_refused(string module, string name)
        => Assert.Contains("which no YOLOv5 checkpoint needs",
            Assert.Throws<WeightsException>(() => Read(new TorchPickle().Global(module, name))).Message);

    [Theory]
    [InlineData("module.model.0.conv.weight")]
    [InlineData("module.module.model.0.conv.weight")]
    [InlineData("_orig_mod.model.0.conv.weight")]
    [InlineData("model.model.0.conv.weight")]
    [InlineData("model.model.model.0.conv.weight")]
    [InlineData("0.conv.weight")]
    [InlineData("model.0.conv.weight")]
    public void Names_of_a_bare_state_lose_what_wrappers_put_before_them(string name)
    {
        var other = name.Replace("conv.weight", "bn.weight", StringComparison.Ordinal);
        var pickle = new TorchPickle().OrderedMap().Code("(").Text(name).Tensor([1], [1], [1]).Text(other).Tensor([1], [1], [1]).Code("u");

        Assert.Equal(["model.0.conv.weight", "model.0.bn.weight"], Read(pickle).Weights.Names);
    }

    [Theory]
    [InlineData("model_state_dict")]
    [InlineData("state_dict")]
    [InlineData("model")]
    public void A_state_is_found_under_its_usual_keys(string key)
        => Assert.Equal(["model.0.w"], Read(new TorchPickle().Code("}(").Text(key).OrderedMap().Code("(").Text("module.model.0.w")
            .Tensor([1], [1], [1]).Code("uu")).Weights.Names);

    [Fact]
    public void A_fused_network_is_refused_in_a_sentence()
        => Refused("is fused", new TorchPickle().OrderedMap().Code("(").Text("model.0.conv.weight").Tensor([1], [1], [1])
            .Text("model.0.conv.bias").Tensor([1], [1], [1]).Code("u"));

    [Fact]
    public void A_fused_model_object_binds_a_method_and_is_told_what_to_do()
        => Refused("saved after fuse()", new TorchPickle().Global("__builtin__", "getattr"));

    [Fact]
    public void A_network_for_segmentation_is_refused_in_a_sentence()
    {
        Refused("for segmentation", new TorchPickle().OrderedMap().Code("(").Text("model.24.proto.cv1.conv.weight")
            .Tensor([1], [1], [1]).Code("u"));
        Refused("for segmentation", Model(new TorchPickle(), names => names.Code("N"), "Segment"));
        Refused("for classification", Model(new TorchPickle(), names => names.Code("N"), "Classify"));
    }

    [Fact]
    public void A_TorchScript_file_is_refused_in_a_sentence()
    {
        var bytes = new TorchPickle().Code("}(").Text("x").Tensor([1], [1], [1]).Code("u").ToArchive(further: "constants.pkl");

        Assert.Contains("TorchScript", Assert.Throws<WeightsException>(() => TorchFile.Read(new MemoryStream(bytes), "x.pt")).Message);
    }

    [Fact]
    public void A_model_of_another_package_is_refused_in_a_sentence()
        => Refused("ultralytics package", new TorchPickle().Global("ultralytics.nn.tasks", "DetectionModel"));

    [Fact]
    public void Class_names_are_what_Python_prints_of_them()
    {
        var file = Read(Model(new TorchPickle(), names => names.Code("](").Whole(1).Text("two").Real(1.5).Real(2).Real(1e-5)
            .Real(1e16).Real(1e15).Real(0.1 + 0.2).Code("\x88").Code("\x89").Code("N").Code("e")));

        Assert.Equal(["1", "two", "1.5", "2.0", "1e-05", "1e+16", "1000000000000000.0", "0.30000000000000004", "True", "False", "None"],
            file.ClassNames);
    }

    [Fact]
    public void Class_names_by_number_stand_in_the_numbers_order_whatever_the_keys_are()
    {
        Assert.Equal(["5", "six"], Read(Model(new TorchPickle(), names => names.Code("}(").Whole(1).Text("six").Whole(0)
            .Whole(5).Code("u"))).ClassNames);
        Assert.Equal(["5", "six"], Read(Model(new TorchPickle(), names => names.Code("}(").Text("0").Whole(5).Text("1")
            .Text("six").Code("u"))).ClassNames);
        Assert.Equal(["a", "b"], Read(Model(new TorchPickle(), names => names.Code("(").Text("a").Text("b").Code("t"))).ClassNames);
    }

    [Fact]
    public void Class_names_that_cannot_be_read_are_never_replaced_by_numbers()
    {
        const string Sentence = "no list and no dictionary of names from 0 on";
        Refused(Sentence, Model(new TorchPickle(), names => names.Code("}(").Whole(1).Text("a").Whole(2).Text("b").Code("u")));
        Refused(Sentence, Model(new TorchPickle(), names => names.Code("}(").Text("cat").Whole(0).Code("u")));
        Refused(Sentence, Model(new TorchPickle(), names => names.Code("](](").Text("a").Code("ee")));
        Refused(Sentence, Model(new TorchPickle(), names => names.Text("cat")));
    }

    private static void Refused(string sentence, TorchPickle pickle) =>
        Assert.Contains(sentence, Assert.Throws<WeightsException>(() => Read(pickle)).Message, StringComparison.Ordinal);

    /// <summary>A model with one weight, and names that the caller writes.</summary>
    private static TorchPickle Model(TorchPickle pickle, Action<TorchPickle> names, string type = "Conv2d")
    {
        pickle.New("yolov5.models.yolo", "DetectionModel").Code("}(").Text("names");
        names(pickle);
        return pickle.Text("_modules").OrderedMap().Code("(").Text("model").New("torch.nn.modules.container", "Sequential").Code("}(")
            .Text("_modules").OrderedMap().Code("(").Text("0").New(type == "Conv2d" ? "torch.nn.modules.conv" : "models.yolo", type)
                .Code("}(")
            .Text("_parameters").OrderedMap().Code("(").Text("weight").Global("torch._utils", "_rebuild_parameter").Code("(")
            .Tensor([1], [1, 1, 1, 1], [1, 1, 1, 1]).Code("\x88").OrderedMap().Code("tR").Code("u")
            .Code("ub").Code("u").Code("ub").Code("u").Code("ub");
    }

    private static TorchFile Read(TorchPickle pickle) => TorchFile.Read(new MemoryStream(pickle.ToArchive()), "x.pt");
}
