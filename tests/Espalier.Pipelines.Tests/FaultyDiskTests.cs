using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Espalier.Core;
using Espalier.Datasets.Coco;
using Espalier.Datasets.Streets;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Pipelines.Latency;
using Espalier.Streets;
using Espalier.Tests;

namespace Espalier.Pipelines.Tests;

/// <summary>
/// Whatever a disk does at whichever step of a writing, what is found afterwards is the old or the new, whole, and the next writing
/// succeeds.
/// </summary>
public sealed class FaultyDiskTests
{
    /// <summary>Something that is written: where it lies, and how it is written in one of two versions.</summary>
    private sealed record Writing(string Target, Action<string, int> Write);

    private static readonly Checkpoint[] Networks = [Network(1), Network(2)];

    private static readonly Dictionary<string, Writing> Writings = new()
    {
        ["checkpoint"] = new("last.safetensors", (path, version) => Networks[version - 1].Save(path)),
        ["ONNX"] = new("best.onnx", (path, version) => OnnxEmission.Emit(Networks[version - 1]).Save(path)),
        ["pruning plan"] = new("plan.json", (path, version) => AtomicFile.WriteAllText(path, Plan(version))),
        ["scan cache"] = new("train.cache", (path, version) => ScanCache.TryWrite(path, $"rules {version}", [], [])),
        ["latency table"] = new("latency.json", (path, version) => Samples(version).Write(path)),
        ["stage record"] = new("record.json", (path, version) => StageFile.Write(path, new { Version = version })),
        ["COCO annotations"] = new("instances.json", (path, version) => Coco(version).Write(path)),
        ["digitStruct"] = new("digitStruct.mat", (path, version) => DigitStructWriter.Write(path, Digits(version))),
        ["street"] = new("street", Street),
    };

    public static TheoryData<string, DiskFault, bool> Cases()
    {
        var cases = new TheoryData<string, DiskFault, bool>();
        foreach (var fault in Enum.GetValues<DiskFault>())
        {
            foreach (var name in Writings.Keys) cases.Add(name, fault, true);
            cases.Add("street", fault, false);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void At_every_step_the_old_or_the_new_is_found(string name, DiskFault fault, bool exchanges)
    {
        var writing = Writings[name];
        for (var step = 0; ; step++)
        {
            using var folder = new TemporaryFolder();
            var target = folder.File(writing.Target);
            var sound = new FaultyDisk(fault, int.MaxValue, folder.Path);
            Record(sound, () => writing.Write(target, 2));
            var @new = Content(target);
            Record(sound, () => writing.Write(target, 1));
            var old = Content(target);
            var disk = new FaultyDisk(fault, step, folder.Path, exchanges);
            var failure = Record(disk, () => writing.Write(target, 2));
            var found = Content(target);

            if (!disk.WentWrong)
            {
                Assert.Null(failure);
                Assert.Equal(@new, found);
                Assert.True(step >= 4, $"only {step} steps");
                return;
            }

            // Without an exchange, what a dead process was replacing stands beside its place until the next writer puts it back.
            var lives = fault is DiskFault.Full or DiskFault.ShortWrite;
            if (exchanges || lives || found.Length > 0) Assert.True(found == old || found == @new, $"step {step}: {found}");
            if (lives && found == old) Assert.Equal([target], Directory.GetFileSystemEntries(folder.Path));
            Record(sound, () => writing.Write(target, 2));
            Assert.Equal(@new, Content(target));
        }
    }

    /// <summary>Writes on a disk; what is not the disk's own fault goes on.</summary>
    private static Exception? Record(FaultyDisk disk, Action write)
    {
        Disk.Use(disk);
        try
        {
            write();
            return null;
        }
        catch (Exception exception) when (exception is EspalierException or DiskStoppedException)
        {
            return exception;
        }
        finally
        {
            Disk.Use(null);
        }
    }

    /// <summary>Names and hashes of a file, or of all files in a folder; empty where nothing is there.</summary>
    private static string Content(string target)
    {
        string[] files = File.Exists(target) ? [target]
            : Directory.Exists(target) ? Directory.GetFiles(target, "*", SearchOption.AllDirectories)
            : [];
        var text = new StringBuilder();
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var hash = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
            text.Append(file.AsSpan(target.Length)).Append(' ').Append(hash).Append('\n');
        }

        return text.ToString();
    }

    private static Checkpoint Network(int version)
    {
        var graph = GraphBuilder.Expand(Architecture.Parse("small.yaml", """
            nc: 2
            depth_multiple: 1
            width_multiple: 1
            anchors: 3
            backbone: [[-1, 1, Conv, [8, 3, 2]], [-1, 1, Conv, [16, 3, 2]]]
            head: [[[-1], 1, Detect, [nc, anchors]]]
            """));
        return new Checkpoint
        {
            Graph = graph,
            Weights = WeightInitializer.Initialize(graph, (ulong)version),
            ClassNames = ["one", "two"],
            ImageSize = 64,
        };
    }

    private static string Plan(int version)
        => PruningPlan.Nothing(ChannelAnalysis.Of(Networks[0].Graph), 64 * version, new KeepShare(PruningMeasure.Operations, 0.5)).ToJson();

    private static LatencySamples Samples(int version)
        => LatencySamples.None("here").With([], [new CallSample(version, version)]);

    private static CocoFile Coco(int version)
        => new([new CocoImage(version, "a.png", 8, 8)], [], [new CocoCategory(1, "one")]);

    private static ImmutableArray<DigitStructEntry> Digits(int version)
        => [new DigitStructEntry("1.png", [new DigitStructBox(version, 1, 4, 8, 3)])];

    private static void Street(string path, int version)
        => StreetWriter.Write(path, new StreetOptions { Seed = (ulong)version },
            new StreetWriterOptions { Training = 1, Validation = 1, Overwrite = true, Workers = 1 });
}
