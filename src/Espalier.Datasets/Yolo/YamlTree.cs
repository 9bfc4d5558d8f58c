using System.Globalization;
using Espalier.Core;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Espalier.Datasets.Yolo;

/// <summary>Reads YAML as a tree, as data and with limits: what a hostile or damaged text does is one sentence.</summary>
internal static class YamlTree
{
    private const int MaximumBytes = 4 << 20;
    private const int MaximumDepth = 32;

    /// <summary>The root of a file's first document; null where it is no mapping of names to values.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EspalierException">The file cannot be read, is too large, nested too deeply, or no YAML.</exception>
    public static YamlMappingNode? Read(string path) => Parse(path, ReadText(path));

    private static string ReadText(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaximumBytes)
                throw new EspalierException($"{path} has {length} bytes, a YAML file may have {MaximumBytes} at most.");
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EspalierException($"There is no file {path}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"{path} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static YamlMappingNode? Parse(string path, string text)
    {
        long row = 1;
        try
        {
            CheckDepth(path, text, ref row);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count > 0 ? stream.Documents[0].RootNode as YamlMappingNode : null;
        }
        catch (YamlException exception)
        {
            throw new EspalierException(string.Create(CultureInfo.InvariantCulture,
                $"{path}, row {exception.Start.Line}: {exception.Message.TrimEnd('.')}."), exception);
        }
        catch (Exception exception) when (exception is not EspalierException)
        {
            // On damaged text the parser also throws what belongs to its own workings; no type covers it.
            throw new EspalierException(string.Create(CultureInfo.InvariantCulture,
                $"{path} is not valid YAML, somewhere after row {row}."), exception);
        }
    }

    // Building the tree is recursive; the events are not, so they tell whether the stack would hold.
    private static void CheckDepth(string path, string text, ref long row)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            row = parser.Current!.Start.Line;
            depth += parser.Current.NestingIncrease;
            if (depth > MaximumDepth) throw new EspalierException($"{path}, row {row}: nested deeper than {MaximumDepth} levels.");
        }
    }
}
