using Espalier.Core;

namespace Espalier.Server;

/// <summary>Where a served model, or a folder of them, comes from.</summary>
public sealed record ModelSource
{
    private ModelSource(string? name, string? path, Func<byte[]>? content) => (Name, Path, Bytes) = (name, path, content);

    /// <summary>What requests call it; null for the name of its file.</summary>
    public string? Name { get; }

    /// <summary>An ONNX file, or a folder of them; null where the content is given.</summary>
    public string? Path { get; }

    /// <summary>Gives an ONNX file's content; null where a path is given.</summary>
    internal Func<byte[]>? Bytes { get; }

    /// <summary>An ONNX file, which is loaded again whenever it changes; or a folder, whose <c>.onnx</c> files are, come and go.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="name">What requests call a file; the file's own name without its extension if null.</param>
    public static ModelSource At(string path, string? name = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        // As its files name it: `models/` is the folder of `models/digits.onnx`.
        return new ModelSource(name, System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)), null);
    }

    /// <summary>A model that an application carries with it.</summary>
    /// <param name="name">What requests call it.</param>
    /// <param name="content">Gives the ONNX file's content; asked once.</param>
    public static ModelSource Of(string name, Func<byte[]> content)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(content);
        return new ModelSource(name, null, content);
    }

    /// <summary>What a command line says: <c>FILE</c>, <c>FOLDER</c> or <c>NAME=FILE</c>.</summary>
    /// <exception cref="OptionException">Nothing stands behind the name.</exception>
    public static ModelSource Parse(string word)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || System.IO.Path.Exists(word)) return At(word);
        var file = word[(equals + 1)..];
        return string.IsNullOrWhiteSpace(file)
            ? throw new OptionException($"A model is FILE, FOLDER or NAME=FILE, and '{word}' names no file.")
            : At(file, word[..equals]);
    }
}
