using Espalier.Cli.Terminal;

namespace Espalier.Tests.Terminal;

/// <summary>Command lines as YOLOv5's users know them.</summary>
public class Yolov5WordsTests
{
    [Theory]
    [InlineData("train d.yaml --cos-lr --image-weights --noautoanchor --adam",
        "train d.yaml --cosine --balanced --no-autoanchor --optimizer adam")]
    [InlineData("train --img 640 --batch 16 --data d.yaml --weights w.pt", "train d.yaml --img 640 --batch 16 --weights w.pt")]
    [InlineData("train --data=d.yaml --imgsz=320", "train d.yaml --image-size 320")]
    [InlineData("train d.yaml --cfg small.yaml --weights ~", "train d.yaml --model small.yaml")]
    [InlineData("train d.yaml --weights w.pt --cfg ~ --hyp ~", "train d.yaml --weights w.pt")]
    [InlineData("train d.yaml --freeze 0 1 2 --device 0", "train d.yaml --freeze 3 --device cuda:0")]
    [InlineData("train d.yaml --freeze 10 --device cpu", "train d.yaml --freeze 10 --device cpu")]
    [InlineData("train d.yaml --cache --epochs 3", "train d.yaml --cache ram --epochs 3")]
    [InlineData("train d.yaml --cache", "train d.yaml --cache ram")]
    [InlineData("train d.yaml --optimizer AdamW --sync-bn --multi-scale", "train d.yaml --optimizer AdamW --sync-bn --multi-scale")]
    [InlineData("train d.yaml --hyp h.yaml --evolve 20 --device 1", "train d.yaml --hyp h.yaml --evolve 20 --device cuda:1")]
    [InlineData("train --data d.yaml --cfg s.yaml --weights ~ --evolve", "train d.yaml --model s.yaml --evolve")]
    [InlineData("validate w.pt --data d.yaml --conf-thres 0.1 --iou-thres 0.5 --max-det 9",
        "validate w.pt --data d.yaml --conf 0.1 --iou 0.5 --max-detections 9")]
    [InlineData("model yolov5n --imgsz 64", "model yolov5n --imgsz 64")]
    [InlineData("val --weights w.pt --data d.yaml --imgsz 64", "validate w.pt --data d.yaml --image-size 64")]
    [InlineData("detect --source photos --weights=w.pt", "predict w.pt --source photos")]
    [InlineData("read --source photos --weights w.onnx", "read w.onnx --source photos")]
    [InlineData("prune --data d.yaml --weights w.pt", "prune w.pt --data d.yaml")]
    [InlineData("export --weights w.pt", "export w.pt")]
    [InlineData("quantize --weights w.pt --data d.yaml", "quantize w.pt --data d.yaml")]
    [InlineData("thin --data d.yaml --weights w.pt", "thin d.yaml --weights w.pt")]
    [InlineData("bench --weights w.onnx", "bench w.onnx")]
    [InlineData("validate d.yaml --weights w.pt", "validate w.pt --data d.yaml")]
    [InlineData("quantize D.YML --weights w.pt --images 9", "quantize w.pt --data D.YML --images 9")]
    [InlineData("validate d.yaml --data e.yaml", "validate d.yaml --data e.yaml")]
    [InlineData("data check --weights w.pt --data d.yaml", "data check d.yaml --weights w.pt")]
    [InlineData("data stats --data d.yaml", "data stats d.yaml")]
    [InlineData("help", "--help")]
    [InlineData("help data svhn all", "data svhn --help all")]
    [InlineData("-v", "--version")]
    [InlineData("version", "--version")]
    public void Words_that_have_a_twin(string typed, string meant)
    {
        string[] words = [.. typed.Split(' ').Select(word => word == "~" ? "" : word)];

        Assert.Equal(meant.Split(' '), Yolov5Words.Translate(words, out var instead));
        Assert.Null(instead);
    }

    [Theory]
    [InlineData("--label-smoothing 0.1", "--label-smoothing is YOLOv5's: label_smoothing is a hyper-parameter")]
    [InlineData("--single-cls", "--single-cls is YOLOv5's: ")]
    [InlineData("--rect", "--rect is YOLOv5's: ")]
    [InlineData("--save-period 5", "--save-period is YOLOv5's: ")]
    [InlineData("--exist-ok", "--exist-ok is YOLOv5's: ")]
    [InlineData("--noval", "--noval is YOLOv5's: ")]
    [InlineData("--nosave", "--nosave is YOLOv5's: ")]
    [InlineData("--quad", "--quad is YOLOv5's: ")]
    [InlineData("--batch -1", "--batch -1 is YOLOv5's: ")]
    [InlineData("--freeze 0 2", "--freeze takes rows from the first: 2 for as many, not 0 2.")]
    [InlineData("--cache disk", "--cache is one of ram, none, not 'disk'.")]
    public void Words_without_a_twin_say_what_to_do_instead(string words, string expected)
    {
        var run = CommandRun.Of(["train", "data.yaml", .. words.Split(' ')]);

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.StartsWith($"espalier: {expected}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_understood_in_capitals_too()
    {
        using var workspace = new Workspace();

        Assert.StartsWith($"There is no file '{workspace.At("none.pt")}'",
            workspace.TrainingRefusal(workspace.YoloFolder(), "--optimizer", "AdamW", "--weights", workspace.At("none.pt")),
            StringComparison.Ordinal);
    }
}
