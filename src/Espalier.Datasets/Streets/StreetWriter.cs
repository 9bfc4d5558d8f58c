using System.Globalization;
using Espalier.Core;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;
using Espalier.Streets;
using Espalier.Streets.Layout;
using Espalier.Vision;

namespace Espalier.Datasets.Streets;

/// <summary>
/// Writes a generated street as a data set that is two at once: a YOLO folder (<c>data.yaml</c>, <c>images/SPLIT/1.png</c>…,
/// <c>labels/SPLIT/1.txt</c>…), whose folders of pictures are SVHN's format 1 (a <c>digitStruct.mat</c> lies beside the pictures; not where
/// letters have boxes, for which format 1 has no place). <c>street.json</c> says how to make it again.
/// </summary>
public static class StreetWriter
{
    /// <summary>Draws and writes all pictures; the output folder appears whole or not at all.</summary>
    /// <param name="output">The folder to write: not there yet, or empty.</param>
    /// <param name="street">What is drawn.</param>
    /// <param name="options">How many, and how; the defaults where null.</param>
    /// <param name="progress">Hears how far it is, from several threads.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="EspalierException">An option is outside its range, or the folder is not empty or cannot be written.</exception>
    public static StreetReport Write(string output, StreetOptions street, StreetWriterOptions? options = null,
        IProgress<PhotoProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new StreetWriterOptions();
        options.Validate();
        var generator = new StreetGenerator(street);
        using var folder = OutputFolder.Prepare(output, options.Overwrite, options.Inputs);
        var splits = options.Splits().ToList();
        var counter = new ProgressCounter(splits.Sum(split => split.Count), progress);
        var contents = new List<SplitContent>();
        var digits = new int[street.Classes.Length];
        var empty = 0;
        for (var i = 0; i < splits.Count; i++)
        {
            var drawn = WriteSplit(folder.Path, generator, i, splits[i], options.Workers, counter, cancellationToken);
            if (street.LetterShare == 0) WriteDigitStruct(ImagesOf(folder.Path, splits[i]), drawn);
            contents.Add(new SplitContent(splits[i].Name, drawn.Length, drawn.Sum(row => row.Length)));
            empty += drawn.Count(row => row.Length == 0);
            foreach (var digit in drawn.SelectMany(row => row)) digits[digit.Digit]++;
        }

        DataConfigurationWriter.Write(folder.Path,
            "A generated street; the class is what is written. street.json says how to make it again.",
            splits.Select(split => split.Name), [.. street.Classes.Select(name => name.ToString())]);
        AtomicFile.WriteAllText(Path.Combine(folder.Path, StreetRecipe.FileName), StreetRecipe.ToJson(street, options));
        folder.Finish();
        return new StreetReport(Path.GetFullPath(Path.Combine(output, "data.yaml")), contents, empty, digits);
    }

    /// <summary>Whether a folder holds just the street that <see cref="Write"/> would draw.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="street">What would be drawn.</param>
    /// <param name="options">How many; the defaults where null.</param>
    public static bool Holds(string folder, StreetOptions street, StreetWriterOptions? options = null)
    {
        var recipe = Path.Combine(folder, StreetRecipe.FileName);
        return File.Exists(recipe) && File.ReadAllText(recipe) == StreetRecipe.ToJson(street, options ?? new StreetWriterOptions());
    }

    private static StreetDigit[][] WriteSplit(string folder, StreetGenerator generator, int number, StreetSplit split, int workers,
        ProgressCounter counter, CancellationToken cancellationToken)
    {
        var (images, labels) = (ImagesOf(folder, split), Path.Combine(folder, "labels", split.Name));
        OutputFolder.Guard(folder, () =>
        {
            Directory.CreateDirectory(images);
            Directory.CreateDirectory(labels);
        });
        var digits = new StreetDigit[split.Count][];
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = workers > 0 ? workers : AvailableProcessors.Current.Count,
        };
        try
        {
            Parallel.For(0, split.Count, parallel, i =>
            {
                digits[i] = WritePicture(folder, images, labels, generator.Draw(number, i), i);
                counter.Advance();
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.OfType<EspalierException>().FirstOrDefault() is { } first)
        {
            throw new EspalierException(first.Message, exception);
        }

        return digits;
    }

    private static void WriteDigitStruct(string images, StreetDigit[][] digits) => DigitStructWriter.Write(
        Path.Combine(images, "digitStruct.mat"),
        [.. digits.Select((row, i) => new DigitStructEntry(NameOf(i) + ".png",
            [.. row.Select(digit => DigitStructBox.Of(new LabelledBox(digit.Digit, digit.Box)))]))]);

    private static StreetDigit[] WritePicture(string folder, string images, string labels, StreetPicture drawn, int index)
    {
        var size = new PictureSize(drawn.Picture.Width, drawn.Picture.Height);
        var rows = drawn.Digits.Select(digit => LabelRow.Of(new LabelledBox(digit.Digit, digit.Box), size));
        OutputFolder.Guard(folder, () =>
        {
            // Not flushed one by one: the whole folder is worth nothing before its last file is there.
            File.WriteAllBytes(Path.Combine(images, NameOf(index) + ".png"), PictureWriter.EncodePng(drawn.Picture));
            File.WriteAllText(Path.Combine(labels, NameOf(index) + ".txt"), LabelFile.Format(rows));
        });
        return [.. drawn.Digits];
    }

    private static string ImagesOf(string folder, StreetSplit split) => Path.Combine(folder, "images", split.Name);

    private static string NameOf(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);
}
