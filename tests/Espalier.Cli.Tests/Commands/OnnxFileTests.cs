using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Pipelines.Benchmarks;
using Espalier.Runtime;

namespace Espalier.Tests.Commands;

/// <summary><c>predict</c>, <c>validate</c>, <c>compare</c> and <c>bench</c> on ONNX files as on the checkpoints they came from.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private readonly TrainedRun _trained;
    private readonly Workspace _workspace = new();
    private readonly string _free;
    private readonly string _fixed;
    private readonly string _suppressing;

    public OnnxFileTests(TrainedRun trained)
    {
        _trained = trained;
        (_free, _fixed, _suppressing) = (_workspace.At("free.onnx"), _workspace.At("fixed.onnx"), _workspace.At("nms.onnx"));
        CommandRun.Of("export", trained.Best, "--no-check", "--dynamic", "--output", _free).Succeeded();
        CommandRun.Of("export", trained.Best, "--no-check", "--output", _fixed).Succeeded();
        CommandRun.Of("export", trained.Best, "--no-check", "--nms", "--conf", "0", "--max-detections", "5", "--output", _suppressing)
            .Succeeded();
    }

    [Fact]
    public void Predictions_are_the_checkpoints()
    {
        var expected = Predictions(_trained.Best, "--square");

        Alike(expected, Predictions(_free, "--square"));
        Alike(expected, Predictions(_fixed));
        Alike(Predictions(_trained.Best), Predictions(_free));
    }

    [Fact]
    public void Validation_is_the_checkpoints()
    {
        var expected = Validation(_trained.Best, "--square");

        Assert.Equal(expected, Validation(_fixed), 1e-3);
        Assert.Equal(Validation(_trained.Best), Validation(_free), 1e-3);
    }

    [Fact]
    public void A_file_of_one_oblong_size_is_validated_on_photos_of_that_size()
    {
        var (oblong, square) = (_workspace.At("oblong.onnx"), Validation(_trained.Best, "--square"));
        CommandRun.Of("export", _trained.Best, "--no-check", "--image-size", "64", "96", "--output", oblong).Succeeded();

        // The photos are squares of 64 pixels: in the middle of 64 × 96 they are what they are in 64 × 64, but for the edges' neighbours.
        Assert.InRange(Math.Abs(Validation(oblong) - square), 0, 0.15);
        Assert.Equal($"'{oblong}' takes pictures of 96 × 64 alone, so the image size cannot be 96.",
            SentenceOf(2, "validate", oblong, "--data", _trained.Data, "--image-size", "96"));
    }

    [Fact]
    public void Comparison_tells_differences_and_both_models_precision()
    {
        var json = JsonDocument.Parse(CommandRun.WithDecimalComma("compare", _trained.Best, _free, "--data", _trained.Data,
            "--json", "--resamples", "50").Succeeded().Output).RootElement;

        Assert.Equal(["box (pixels)", "objectness", "class probability"], json.GetProperty("differences").EnumerateArray()
            .Select(part => part.GetProperty("output").GetString()));
        Assert.All(json.GetProperty("differences").EnumerateArray(),
            part => Assert.InRange(part.GetProperty("largestRelative").GetDouble(), 0, 1e-4));
        Assert.Equal(8, json.GetProperty("images").GetInt32());
        Assert.Equal(_free, json.GetProperty("second").GetProperty("model").GetString());
        Assert.InRange(Math.Abs(json.GetProperty("gain").GetProperty("mAP50").GetDouble()), 0, 1e-3);

        var text = CommandRun.WithDecimalComma("compare", _fixed, _trained.Best, "--data", _trained.Data).Succeeded().Output;
        Assert.Matches(@"(?m)^fixed\.onnx|fixed\.onnx +\d\.\d{3} ", text);
        Assert.Matches(@"8 pictures; mAP50 of the second minus the first: [+−]?\d+\.\d\d points", text);
    }

    [Fact]
    public void Files_of_one_oblong_size_are_compared_on_photos_of_that_size()
    {
        var (oblong, turned) = (_workspace.At("oblong.onnx"), _workspace.At("turned.onnx"));
        CommandRun.Of("export", _trained.Best, "--no-check", "--image-size", "64", "96", "--output", oblong).Succeeded();
        CommandRun.Of("export", _trained.Best, "--no-check", "--image-size", "96", "64", "--output", turned).Succeeded();

        foreach (var (first, second) in new[] { (oblong, oblong), (oblong, _free), (_trained.Best, oblong) })
        {
            var json = JsonDocument.Parse(CommandRun.Of("compare", first, second, "--data", _trained.Data, "--json", "--resamples", "10")
                .Succeeded().Output).RootElement;
            Assert.All(json.GetProperty("differences").EnumerateArray(),
                part => Assert.InRange(part.GetProperty("largestRelative").GetDouble(), 0, 1e-4));
            Assert.Equal(8, json.GetProperty("images").GetInt32());
        }

        Assert.Equal("The network's image size is fixed at 64 × 96, so it cannot be 96 × 64.",
            SentenceOf(2, "compare", oblong, turned, "--data", _trained.Data));
    }

    [Fact]
    public void Models_of_other_classes_cannot_be_compared()
    {
        var other = _workspace.YoloFolder("other", pictures: 2);
        File.WriteAllText(other, "train: images\nval: images\nnames: [a, b]\n");

        Assert.Equal($"'{_free}' knows 10 classes, but '{other}' names 2.",
            SentenceOf(1, "compare", _free, _trained.Best, "--data", other));
    }

    [Fact]
    public void Bench_tells_every_stage_of_every_model()
    {
        var json = JsonDocument.Parse(CommandRun.WithDecimalComma(
                        "bench",
                        _fixed,
                        _trained.Best,
                        "--source",
                        _trained.Pictures,
                        "--seconds",
                        "0.1",
                        "--rounds",
                        "2",
                        "--threads",
                        "1",
                        "--json"
                    )
                    .Succeeded()
                    .Output
            )
            .RootElement;

        var results = json.EnumerateArray().ToArray();
        Assert.Equal(["ONNX Runtime", "libtorch"], results.Select(result => result.GetProperty("engine").GetString()));
        Assert.Equal(1, results[0].GetProperty("networkRatio").GetDouble());
        foreach (var result in results)
        {
            var stages = new[] { "decode", "letterbox", "network", "suppression" }.Sum(stage => result.GetProperty(stage)
                .GetProperty("median").GetDouble());
            Assert.True(stages > 0);
            Assert.True(result.GetProperty("total").GetProperty("p95").GetDouble() >= result.GetProperty("total")
                .GetProperty("median").GetDouble());
            Assert.True(result.GetProperty("calls").GetInt32() >= 6);
        }

        var text = CommandRun.WithDecimalComma("bench", _free, "--against", _fixed, "--image-size", "64", "--batch", "1,3",
            "--seconds", "0.1", "--rounds", "1").Succeeded().Output;
        Assert.Equal(2, text.Split('\n').Count(line => line.StartsWith("fixed.onnx", StringComparison.Ordinal)));
        Assert.Equal(2, text.Split('\n').Count(line => line.StartsWith("free.onnx", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_free_file_is_benchmarked_with_as_many_pictures_a_call_as_are_asked_for()
    {
        var batch = Detector.AtOnce(64, 64) + 1;
        using var subject = new BenchSubject(_free, imageSize: 64, batch, threads: 1);

        Assert.Equal(batch, Assert.IsType<Detector>(subject.Detector).MostAtOnce);
    }

    [Fact]
    public void What_a_file_cannot_do_is_refused()
    {
        Assert.Equal($"'{_suppressing}' suppresses by itself and hides what is judged here; export it without --nms.",
            SentenceOf(1, "validate", _suppressing, "--data", _trained.Data));
        Assert.Equal($"'{_free}' is computed by ONNX Runtime on the CPU; the device must be cpu or auto, not 'cuda:0'.",
            SentenceOf(2, "validate", _free, "--data", _trained.Data, "--device", "cuda:0"));
        Assert.Equal("The network's image size is fixed at 64 × 64, so it cannot be 96.",
            SentenceOf(2, "predict", _fixed, "--source", _trained.Pictures, "--no-pictures", "--image-size", "96"));
        Assert.Equal($"'{_fixed}' takes pictures of 64 × 64 alone, so the image size cannot be 96.",
            SentenceOf(2, "validate", _fixed, "--data", _trained.Data, "--image-size", "96"));
        Assert.Equal($"There is no file '{_workspace.At("none.onnx")}'.", SentenceOf(1, "bench", _workspace.At("none.onnx")));
        var pair = _workspace.At("pair.onnx");
        CommandRun.Of("export", _trained.Best, "--no-check", "--batch", "2", "--output", pair).Succeeded();
        Assert.Equal($"'{pair}' computes 2 pictures a call, however few there are; give --batch 2.", SentenceOf(2, "bench", pair));
        Assert.StartsWith($"'{_workspace.Write("text.onnx", "text")}' is no ONNX file that ONNX Runtime ",
            SentenceOf(1, "predict", _workspace.At("text.onnx"), "--source", _trained.Pictures, "--no-pictures"), StringComparison.Ordinal);
    }

    [Fact]
    public void Suppression_inside_predicts_too() => Alike(
        Predictions(_trained.Best, "--square"), Predictions(_suppressing, "--conf", "0", "--max-detections", "5"));

    public void Dispose() => _workspace.Dispose();

    private static string SentenceOf(int code, params string[] words)
    {
        var run = CommandRun.Of(words);
        Assert.True(run.Code == code, $"exit code {run.Code}: {run.Error}");
        Assert.Equal(code == ExitCodes.WrongWords, run.Error.Contains("Try: ", StringComparison.Ordinal));
        return run.Error.Split(Environment.NewLine)[0]["espalier: ".Length..];
    }

    private double Validation(string model, params string[] more) =>
        JsonDocument
            .Parse(CommandRun.Of(["validate", model, "--data", _trained.Data, "--json", .. more]).Succeeded().Output)
            .RootElement.GetProperty("mAP50")
            .GetDouble();

    private JsonElement Predictions(string model, params string[] more) =>
        JsonDocument
            .Parse(
                CommandRun
                    .Of([
                        "predict",
                        model,
                        "--source",
                        _trained.Pictures,
                        "--no-pictures",
                        "--json",
                        .. more.Contains("--conf") ? more : ["--conf", "0", "--max-detections", "5", .. more],
                    ])
                    .Succeeded()
                    .Output
            )
            .RootElement;

    private static void Alike(JsonElement expected, JsonElement actual)
    {
        foreach (var (one, other) in expected.EnumerateArray().Zip(actual.EnumerateArray()))
        {
            var (first, second) = (one.GetProperty("detections"), other.GetProperty("detections"));
            Assert.Equal(first.GetArrayLength(), second.GetArrayLength());
            Assert.Equal(Confidences(first), Confidences(second), (a, b) => Math.Abs(a - b) < 2e-4);
        }

        static double[] Confidences(JsonElement detections) =>
            [.. detections.EnumerateArray().Select(found => found.GetProperty("confidence").GetDouble())];
    }
}
