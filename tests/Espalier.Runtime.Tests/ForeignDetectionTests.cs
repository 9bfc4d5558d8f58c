using System.Diagnostics;
using Espalier.Datasets;
using Espalier.DetectionLines;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Execution;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Runtime.Tests;

/// <summary>What arm64 finds, where its programs can be run: bench/foreign-detections.sh with a small network.</summary>
public sealed class ForeignDetectionTests
{
    private const int Side = 64;

    private static readonly DetectionLine Found = new("house.png", new Detection(new Box(10, 20, 30, 40), 0.5f, 3));

    [Fact]
    public async Task Arm64_finds_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "skipped: the script that runs arm64 programs is for Linux");
        var repository = Repository();
        Assert.SkipWhen(repository is null, "skipped: not run from the repository");
        using var folder = new TemporaryFolder();
        var model = Path.Combine(folder.Path, "model.onnx");
        await File.WriteAllBytesAsync(model, Model(), TestContext.Current.CancellationToken);
        GeneratedPhotos.Write(folder.Path, training: 2, side: 100);
        var photos = Directory.GetFiles(Path.Combine(folder.Path, "images", "train"));

        var (code, output) = await Run(repository!, ["linux-arm64", model, .. photos]);

        Assert.True(code == 0, output);
        var reason = output.Split('\n').FirstOrDefault(line => line.StartsWith("skipped: ", StringComparison.Ordinal));
        Assert.SkipWhen(reason is not null, reason ?? "");
        Assert.Contains("\nsame: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("same: 0 pairs", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_read_back_as_what_was_found()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "lines");
        var line = Found with { Detection = new Detection(new Box(1 / 3f, -0f, 1e-7f, 12345.678f), 0.1f + 0.2f, 79) };
        File.WriteAllLines(path, [line.ToJson(), Found.ToJson()]);

        Assert.Equal([line, Found], DetectionLine.ReadAll(path));
    }

    [Fact]
    public void Detections_in_another_order_are_the_same()
        => Assert.True(DetectionComparison.Of([Found, Moved(5, 0)], [Moved(5.0005f, 0.0005f), Found]).Same);

    [Fact]
    public void What_is_missing_moved_doubted_or_of_another_class_differs()
    {
        Differs([Found], []);
        Differs([], [Found]);
        Differs([Found], [Found, Found]);
        Differs([Found], [Moved(0.002f, 0)]);
        Differs([Found], [Moved(0, 0.002f)]);
        Differs([Found], [Moved(0, float.NaN)]);
        Differs([Found], [Found with { Detection = Found.Detection with { Class = 4 } }]);
        Differs([Found], [Found with { Picture = "street.png" }]);
        Differs([], []);
    }

    private static void Differs(DetectionLine[] first, DetectionLine[] second)
        => Assert.False(DetectionComparison.Of(first, second).Same);

    private static DetectionLine Moved(float pixels, float confidence) => Found with
    {
        Detection = new Detection(Found.Detection.Box.ScaleAndMove(1, 1, pixels, 0), Found.Detection.Confidence + confidence, 3),
    };

    /// <summary>A whole yolov5n that takes an emulator seconds.</summary>
    /// <remarks>
    /// Its batch norms are estimated on noise: with made-up statistics the picture fades on its way, every cell gives the same confidence,
    /// and the last bit decides which of two boxes is dropped.
    /// </remarks>
    private static byte[] Model()
    {
        var pixels = new byte[8 * Side * Side * 3];
        new Random(1).NextBytes(pixels);
        var batch = new Batch { Count = 8, Height = Side, Width = Side, Pixels = pixels, Targets = [], Sources = [] };
        var checkpoint = BatchNormCalibration.Run(Emitted.Checkpoint("yolov5n", imageSize: Side), [batch], CPU);
        return OnnxEmission.Emit(checkpoint, new OnnxOptions { Batch = 1, Height = Side, Width = Side }).ToBytes();
    }

    private static async Task<(int Code, string Output)> Run(string repository, string[] words)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])[Path.Combine(repository, "bench", "foreign-detections.sh"), .. words]) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;

        // A full pipe would stop it.
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    private static string? Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "espalier.slnx"))) folder = folder.Parent;
        return folder?.FullName;
    }
}
