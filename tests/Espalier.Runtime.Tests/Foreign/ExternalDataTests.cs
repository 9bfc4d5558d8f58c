using Espalier.Core;
using Espalier.Tests;
using Espalier.Vision;

namespace Espalier.Runtime.Tests;

/// <summary>Files that keep their weights beside them: read from the file's own folder, and from nowhere else.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("best.onnx.data")]
    [InlineData("weights/part one.bin")]
    public void Weights_are_read_from_the_files_own_folder(string location)
    {
        var path = Write(location, location);
        using var detector = Detector.Open(path);

        Assert.Equal(0.9f, Assert.Single(detector.Detect(new Picture(64, 64))).Confidence);
    }

    [Fact]
    public void A_path_that_counts_from_the_working_folder_is_as_good()
    {
        var path = Path.GetRelativePath(Environment.CurrentDirectory, Write("best.onnx.data", "best.onnx.data"));
        using var detector = Detector.Open(path);

        Assert.Single(detector.Detect(new Picture(64, 64)));
    }

    [Theory]
    [InlineData("../outside.data")]
    [InlineData("weights/../../outside.data")]
    [InlineData("/etc/hostname")]
    [InlineData("C:\\weights.data")]
    [InlineData("..\\outside.data")]
    [InlineData("")]
    public void Weights_of_another_place_are_refused(string location)
        => Says($"wants its weights from '{location}'; they must be in its own folder.", Write(location, "../outside.data"));

    [Fact]
    public void Weights_that_are_missing_are_named()
        => Says("keeps its weights in 'best.onnx.data' beside it, and there is no such file.", Write("best.onnx.data", "elsewhere.data"));

    [Fact]
    public void Links_that_lead_out_are_refused_and_others_are_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "skipped: links need a privilege on Windows");
        var path = Write("best.onnx.data", "../outside.data");
        File.CreateSymbolicLink(_folder.File("model/best.onnx.data"), _folder.File("outside.data"));
        Says("wants its weights from 'best.onnx.data', a link that leads out of its folder.", path);

        File.Delete(_folder.File("model/best.onnx.data"));
        File.Copy(_folder.File("outside.data"), _folder.File("model/inside.data"));
        File.CreateSymbolicLink(_folder.File("model/best.onnx.data"), "inside.data");
        Detector.Open(path).Dispose();
    }

    [Fact]
    public void Bytes_have_no_folder()
    {
        var content = File.ReadAllBytes(Write("best.onnx.data", "best.onnx.data"));

        Assert.Equal(
            "The ONNX file keeps its weights in 'best.onnx.data' beside it: open it by its path, for bytes have no folder.",
            Assert.Throws<EspalierException>(() => Detector.Open(content)).Message);
    }

    [Fact]
    public void Weights_that_are_too_short_are_refused()
    {
        var path = Write("best.onnx.data", "best.onnx.data");
        File.WriteAllBytes(_folder.File("model/best.onnx.data"), [1, 2, 3]);

        Assert.DoesNotContain('\n', Assert.Throws<EspalierException>(() => Detector.Open(path)).Message);
    }

    [Fact]
    public void Damaged_files_are_looked_through_without_harm()
    {
        var content = File.ReadAllBytes(Write("best.onnx.data", "best.onnx.data"));
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var damaged = (byte[])content.Clone();
            for (var change = 0; change < 3; change++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            ExternalData.Locations(damaged.AsSpan(0, random.Next(damaged.Length)));
        }
    }

    private static void Says(string end, string path) =>
        Assert.Equal($"'{path}' {end}", Assert.Throws<EspalierException>(() => Detector.Open(path)).Message);

    /// <summary>A model in a folder of its own that names one place for its weights, and has them in another.</summary>
    private string Write(string named, string written)
    {
        var folder = Directory.CreateDirectory(_folder.File("model")).FullName;
        var target = Path.Combine(folder, written);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var file = new OnnxBytes(1, 64, 64) { Beside = (named, bytes => File.WriteAllBytes(target, bytes)) }.Constant("output0",
            [2, 6], [5, 5, 20, 20, 0.9f, 0, .. new float[6]]).WithUltralytics("{0: 'a'}");
        File.WriteAllBytes(Path.Combine(folder, "best.onnx"), file.ToBytes());
        return Path.Combine(folder, "best.onnx");
    }
}
