using System.Formats.Tar;
using System.IO.Compression;
using Espalier.Pipelines.Bulk;
using Espalier.Tests;
using Espalier.Vision;

namespace Espalier.Pipelines.Tests.Bulk;

/// <summary>Photos of one grey each in folders within a folder, and a task that finds none, one or two things in a photo by its
/// grey.</summary>
internal sealed class BulkWorkspace : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _looks;

    public BulkWorkspace(int photos)
    {
        for (var i = 0; i < photos; i++)
        {
            var picture = new Picture(2, 2);
            picture.Pixels.AsSpan().Fill((byte)i);
            PictureWriter.Write(At("photos", $"{i % 3}", $"{i:000}.png"), picture);
        }
    }

    /// <summary>Photos that were looked at.</summary>
    public int Looks => _looks;

    /// <summary>Hears of every look; how many there were.</summary>
    public Action<int>? Looked { get; set; }

    /// <summary>Ends a run between two photos.</summary>
    public CancellationToken Cancellation { get; set; } = TestContext.Current.CancellationToken;

    public string Photos => At("photos");

    public string At(params string[] parts) => _folder.File(parts);

    public string Output(string ending = ".csv") => At("found" + ending);

    public BulkTask Task => new("read", "digest", "--conf 0.3",
        [new("number", ResultKind.Text), new("class", ResultKind.Whole), new("confidence", ResultKind.Number),
            new("accepted", ResultKind.Flag)], Look);

    public BulkOutcome Run(string? output = null, string shard = "1/1", int workers = 1, BulkTask? task = null,
        params string[] photos) =>
        new BulkRun(task ?? Task, photos.Length > 0 ? photos : [Photos],
            new BulkOptions { Output = output ?? Output(), Shard = shard, Workers = workers }, null, Cancellation).Run();

    /// <summary>The same photos in an archive.</summary>
    public string Archive(string ending)
    {
        var path = At("photos" + ending);
        if (ending == ".zip") ZipFile.CreateFromDirectory(Photos, path);
        else if (ending == ".tar") TarFile.CreateFromDirectory(Photos, path, includeBaseDirectory: false);
        else
        {
            using var file = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            TarFile.CreateFromDirectory(Photos, file, includeBaseDirectory: false);
        }

        return path;
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<object?[]> Look(Picture picture)
    {
        var grey = picture.Pixels[0];
        var looks = Interlocked.Increment(ref _looks);
        Looked?.Invoke(looks);
        return [.. Enumerable.Range(0, grey % 3)
            .Select(thing => (object?[])[thing == 0 ? $"{grey}" : null, (int)grey, Math.Round(grey / 256.0, 5), thing == 1])];
    }
}
