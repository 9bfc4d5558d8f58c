using System.Diagnostics;
using System.Globalization;
using Espalier.Datasets;
using Espalier.Datasets.Loading;
using Espalier.Datasets.Yolo;

// multiply STREET BIG COUNT: copies the training pictures of a YOLO folder, in turn, until there are COUNT.
// scan BIG/data.yaml: scans them as training does, shuffles, and makes the first batches; says how long and with how much memory.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["multiply", var source, var target, var count]:
        Multiply(source, target, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["scan", var data]:
        Scan(data);
        return 0;
    default:
        Console.Error.WriteLine("usage: multiply STREET_FOLDER BIG_FOLDER COUNT | scan BIG_FOLDER/data.yaml");
        return 2;
}

static void Multiply(string source, string target, int count)
{
    var pictures = Directory.GetFiles(Path.Combine(source, "images", "train"), "*.png").Order(StringComparer.Ordinal).ToArray();
    var images = Directory.CreateDirectory(Path.Combine(target, "images", "train")).FullName;
    var labels = Directory.CreateDirectory(Path.Combine(target, "labels", "train")).FullName;
    Parallel.For(0, count, index =>
    {
        var picture = pictures[index % pictures.Length];
        var name = index.ToString("000000", CultureInfo.InvariantCulture);
        File.Copy(picture, Path.Combine(images, name + Path.GetExtension(picture)), overwrite: true);
        var label = Path.Combine(source, "labels", "train", Path.GetFileNameWithoutExtension(picture) + ".txt");
        if (File.Exists(label)) File.Copy(label, Path.Combine(labels, name + ".txt"), overwrite: true);
    });
    File.WriteAllText(Path.Combine(target, "data.yaml"),
        "train: images/train\nval: images/train\nnames: [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"]\n");
}

static void Scan(string data)
{
    var configuration = DataConfiguration.Read(data);
    var clock = Stopwatch.StartNew();
    var dataset = DatasetScanner.Scan(configuration, "train");
    Console.WriteLine($"scan: {dataset.Entries.Count:N0} pictures, {dataset.Entries.Sum(entry => entry.Labels.Count):N0} boxes in "
        + $"{clock.Elapsed.TotalSeconds:0.00} s; at most {Peak():0} MB resident");

    clock.Restart();
    var loader = new TrainingLoader(dataset,
        new LoaderOptions { ImageSize = 160, BatchSize = 64, CacheLimitBytes = 256 << 20, Augmentation = AugmentationOptions.ForDigits });
    var pictures = loader.Epoch(0).Take(100).Sum(batch => batch.Count);
    Console.WriteLine($"shuffled, first {pictures:N0} pictures with mosaic in {clock.Elapsed.TotalSeconds:0.00} s; at most {Peak():0} MB "
        + $"resident");
}

static double Peak()
{
    using var process = Process.GetCurrentProcess();
    return process.PeakWorkingSet64 / 1e6;
}
