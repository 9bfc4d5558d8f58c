using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Svhn;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>A fresh folder with whatever a test needs in it, and a look at what a command left there.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder that commands are told to put their runs into; it is not there before.</summary>
    public string Project => At("runs");

    public string Root => _folder.Path;

    public string At(params string[] parts) => _folder.File(parts);

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A YOLO folder of ten classes with a bright square as the one object of each picture; tells its data.yaml.</summary>
    public string YoloFolder(string name = "set", int pictures = 8, int side = 64)
    {
        for (var i = 0; i < pictures; i++)
        {
            var square = side / 2 - i % 4;
            Write($"{name}/images/{i}.png", PictureWriter.EncodePng(Scenes.Square(side, side, 3 + i, 5 + i, square)));
            Write($"{name}/labels/{i}.txt", string.Create(CultureInfo.InvariantCulture, $"{i % 10} {(3 + i + square / 2.0) / side} "
                + $"{(5 + i + square / 2.0) / side} {(double)square / side} {(double)square / side}\n"));
        }

        return Write($"{name}/data.yaml", "train: images\nval: images\nnames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']\n");
    }

    /// <summary>A folder as SVHN has them: numbered photos of two digits beside their digitStruct.mat.</summary>
    public string SvhnFolder(string name = "street", int photos = 10)
    {
        for (var i = 1; i <= photos; i++) Write($"{name}/{i}.png", PictureWriter.EncodePng(Scenes.Square(60, 40, 10, 8, 20)));
        DigitStructWriter.Write(At(name, "digitStruct.mat"), Scenes.Houses(photos));
        return At(name);
    }

    /// <summary>Every file and folder, without the scanner's caches, which are not part of any result.</summary>
    public string[] Entries() => [.. Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path))
        .Where(path => !path.EndsWith(".espalier.cache", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    /// <summary>Runs a command that fails, makes sure that it left nothing, and tells its sentence.</summary>
    public string Refusal(params string[] arguments)
    {
        var before = Entries();
        var run = CommandRun.Of(arguments);
        Assert.True(run.Code == ExitCodes.Failed, $"exit code {run.Code}: {run.Error}");
        Assert.Equal(before, Entries());
        return run.Sentence();
    }

    public string TrainingRefusal(string data, params string[] more) =>
        Refusal(["train", data, "--image-size", "64", "--batch", "4", "--epochs", "1", "--project", Project, .. more]);

    public string PredictionRefusal(string weights, string source) => Refusal("predict", weights, "--source", source, "--project", Project);

    public void Dispose() => _folder.Dispose();
}
