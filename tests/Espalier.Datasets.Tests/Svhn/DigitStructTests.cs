using System.Diagnostics;
using System.IO.Compression;
using Espalier.Datasets.Svhn;

namespace Espalier.Tests.Svhn;

public class DigitStructTests
{
    [Fact]
    public void The_full_train_file_gives_the_official_boxes_in_seconds_and_little_memory()
    {
        var packed = SharedMaterial.Require("data", "svhn", "labels", "digitStruct-train-full.mat.gz");
        var expected = OfficialBoxes.Read("train");
        using var folder = new TemporaryFolder();
        var path = folder.File("digitStruct.mat");
        using (var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
        using (var target = File.Create(path))
        {
            source.CopyTo(target);
        }

        var watch = Stopwatch.StartNew();
        var entries = DigitStruct.Read(path, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalSeconds:F2} s");

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
        Assert.Equal(33_402, entries.Count);
        Assert.Equal(73_257, expected.Count);
        Assert.Equal(expected, Flatten(entries));
        using var process = Process.GetCurrentProcess();
        Assert.True(process.WorkingSet64 < 1L << 30, $"{process.WorkingSet64} bytes resident");
    }

    [Fact]
    public void The_file_that_matlab_wrote_reads_as_an_independent_library_reads_it()
    {
        var path = SharedMaterial.Require("data", "svhn", "labels", "digitStruct-matlab-written-40.mat");
        var entries = DigitStruct.Read(path, TestContext.Current.CancellationToken);

        Assert.Equal(40, entries.Count);
        Assert.Equal(PureHdfOracle.Read(path), Flatten(entries));
    }

    private static List<(string, DigitStructBox)> Flatten(IEnumerable<DigitStructEntry> entries) =>
        [.. entries.SelectMany(entry => entry.Boxes.Select(box => (entry.FileName, box)))];
}
