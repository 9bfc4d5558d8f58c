using System.Globalization;
using System.Text;
using Espalier.Core;
using Espalier.Datasets.Formats;
using Espalier.Vision;

namespace Espalier.Datasets.Svhn.Cropped;

/// <summary>Writes the pictures of a format 2 file as PNGs, a folder a digit, and a table of them.</summary>
internal static class CropFolder
{
    /// <summary>Writes; the folder appears whole or not at all.</summary>
    /// <param name="file">The <c>.mat</c> file.</param>
    /// <param name="output">The folder: not there yet, or empty.
    /// It gets <c>DIGIT/NAME_NUMBER.png</c> and <c>labels.csv</c> (file, digit).</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <returns>How many pictures of each digit were written.</returns>
    /// <exception cref="EspalierException">The file cannot be read, or the folder cannot be used or written.</exception>
    public static IReadOnlyList<int> Write(string file, string output, IProgress<PhotoProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var digits = CroppedDigits.Open(file);
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new EspalierException($"The folder {output} is not empty; choose another.");
        using var folder = OutputFolder.Prepare(output, overwrite: false, []);
        var counts = new int[10];
        var table = new StringBuilder("file,digit\n");
        var name = Path.GetFileNameWithoutExtension(file);
        var counter = new ProgressCounter(digits.Count, progress);
        OutputFolder.Guard(output, () =>
        {
            for (var digit = 0; digit < 10; digit++) Directory.CreateDirectory(Path.Combine(folder.Path, Name(digit)));
            foreach (var crop in digits.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var relative = string.Create(CultureInfo.InvariantCulture, $"{crop.Digit}/{name}_{crop.Number:000000}.png");
                File.WriteAllBytes(Path.Combine(folder.Path, relative), PictureWriter.EncodePng(crop.Picture));
                table.Append(CultureInfo.InvariantCulture, $"{relative},{crop.Digit}\n");
                counts[crop.Digit]++;
                counter.Advance();
            }

            File.WriteAllText(Path.Combine(folder.Path, "labels.csv"), table.ToString());
        });
        folder.Finish();
        return counts;
    }

    private static string Name(int digit) => digit.ToString(CultureInfo.InvariantCulture);
}
