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

    private static string Quote(string name) =>
        $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
