using System.Globalization;
using System.Text;
using Espalier.Core;

namespace Espalier.Datasets.Yolo;

/// <summary>Writes a <c>data.yaml</c> that <see cref="DataConfiguration.Read"/> reads.</summary>
internal static class DataConfigurationWriter
{
    /// <summary>Writes the file, whole or not at all; the photos of a split lie in <c>images/SPLIT</c>.</summary>
    /// <param name="folder">The folder that gets <c>data.yaml</c>.</param>
    /// <param name="remark">A line or several for a person.</param>
    /// <param name="splits">The names of the splits, in order.</param>
    /// <param name="classNames">The names of classes 0, 1, ….</param>
    /// <returns>The file.</returns>
    /// <exception cref="EspalierException">It cannot be written.</exception>
    public static string Write(string folder, string remark, IEnumerable<string> splits, IReadOnlyList<string> classNames)
    {
        var text = new StringBuilder();
        foreach (var line in remark.Split('\n')) text.Append(CultureInfo.InvariantCulture, $"# {line}\n");
        foreach (var split in splits) text.Append(CultureInfo.InvariantCulture, $"{split}: images/{split}\n");
        text.Append("names:\n");
        for (var i = 0; i < classNames.Count; i++) text.Append(CultureInfo.InvariantCulture, $"  {i}: {Quote(classNames[i])}\n");
        var path = Path.Combine(folder, "data.yaml");
        AtomicFile.WriteAllText(path, text.ToString());
        return path;
    }

    // What YAML takes for the end of a line or for no text is written by its number.
    private static string Quote(string name)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in name)
        {
            if (char.IsControl(character) || character is '\u2028' or '\u2029' or '\uFEFF')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else quoted.Append(character is '"' or '\\' ? "\\" : "").Append(character);
        }

        return quoted.Append('"').ToString();
    }
}
