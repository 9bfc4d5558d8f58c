using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Espalier.Core;
using Espalier.Server.Load;
using Espalier.Vision;
using Microsoft.AspNetCore.Http;

namespace Espalier.Server.Corrections;

/// <summary>
/// A YOLO folder that grows by what is corrected: <c>images/train</c>, <c>labels/train</c> and <c>data.yaml</c>. A picture is named after
/// its content, so that one that is corrected again replaces its labels, and nothing that a client says becomes a path.
/// </summary>
internal sealed partial class CorrectionStore(string folder)
{
    private readonly Lock _lock = new();

    /// <summary>Saves a picture as it was sent, with its labels.</summary>
    /// <param name="picture">The encoded picture, known to decode.</param>
    /// <param name="size">Its size as it is to be seen.</param>
    /// <param name="labels">Boxes in pixels; none for a picture of background.</param>
    /// <param name="names">The model's classes.</param>
    /// <returns>The picture's name in the folder, and how many pictures that has now.</returns>
    /// <exception cref="Refusal">The folder is one of other classes.</exception>
    /// <exception cref="EspalierException">The folder cannot be written.</exception>
    public (string Name, int Pictures) Save(byte[] picture, PictureSize size, IEnumerable<LabelledBox> labels, IReadOnlyList<string> names)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(picture))[..16];
        var text = new StringBuilder();
        foreach (var (label, box) in labels)
        {
            var (x, y, width, height) = (box.CenterX / size.Width, box.CenterY / size.Height, box.Width / size.Width,
                box.Height / size.Height);
            text.Append(CultureInfo.InvariantCulture, $"{label} {x:0.######} {y:0.######} {width:0.######} {height:0.######}\n");
        }

        lock (_lock)
        {
            WriteClasses(names);
            // Labels first: a picture without would be one of nothing but background.
            AtomicFile.WriteAllText(Path.Combine(folder, "labels", "train", name + ".txt"), text.ToString());
            var images = Path.Combine(folder, "images", "train");
            AtomicFile.WriteAllBytes(Path.Combine(images, name + Extension(picture)), picture);
            return (name, Directory.EnumerateFiles(images).Count());
        }
    }

    private void WriteClasses(IReadOnlyList<string> names)
    {
        var file = Path.Combine(folder, "data.yaml");
        var line = $"names: [{string.Join(", ", names.Select(name => $"\"{Unquotable().Replace(name, "\\$0")}\""))}]";
        if (!File.Exists(file)) AtomicFile.WriteAllText(file, $"path: .\ntrain: images/train\n{line}\n");
        else if (!File.ReadAllLines(file).Contains(line))
            throw new Refusal(
                StatusCodes.Status409Conflict,
                $"The folder of corrections holds pictures of other classes than this model's; give each model a folder of its own."
            );
    }

    private static string Extension(ReadOnlySpan<byte> picture) => picture switch
    {
        [0xFF, 0xD8, ..] => ".jpg",
        [0x89, (byte)'P', ..] => ".png",
        [(byte)'R', (byte)'I', ..] => ".webp",
        [(byte)'B', (byte)'M', ..] => ".bmp",
        _ => ".tif",
    };

    [GeneratedRegex("[\\\\\"]")]
    private static partial Regex Unquotable();
}
