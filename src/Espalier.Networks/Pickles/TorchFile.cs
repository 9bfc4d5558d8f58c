using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>What a PyTorch <c>.pt</c> file of the original holds, read as data: nothing in it is ever executed.</summary>
internal sealed record TorchFile
{
    /// <summary>The arrays by their state-dict names; of several models, those of the averaged one (<c>ema</c>).</summary>
    public required Weights Weights { get; init; }

    /// <summary>The class names, or empty where the file has none.</summary>
    public ImmutableArray<string> ClassNames { get; init; } = [];

    /// <summary>The table that the model was built from, or null where the file holds weights alone.</summary>
    public Architecture? Architecture { get; init; }

    /// <summary>The activation of each module, such as <c>model.0.act</c>: what was trained, whatever the table says.</summary>
    public IReadOnlyDictionary<string, Activation> Activations { get; init; } = new Dictionary<string, Activation>();

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightsException">The file cannot be read, is damaged, or mentions what no YOLOv5 checkpoint needs.</exception>
    public static TorchFile Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Read(stream, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads from a stream that can seek.</summary>
    /// <param name="stream">The source, at the file's start.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="WeightsException">The content is damaged, or mentions what no YOLOv5 checkpoint needs.</exception>
    public static TorchFile Read(Stream stream, string source)
    {
        try
        {
            using var archive = new TorchArchive(stream, source);
            return new TorchContent(archive, source).Read(new PickleReader(archive.Pickle, source).Read());
        }
        catch (Exception exception) when (exception
            is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new WeightsException($"{source} is damaged or no PyTorch checkpoint: its zip archive cannot be read.", exception);
        }
    }

    /// <summary>Whether a file is PyTorch's by its first bytes.</summary>
    /// <exception cref="WeightsException">The file cannot be read, or is of the form before PyTorch 1.6.</exception>
    internal static bool IsTorch(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            Span<byte> start = stackalloc byte[4];
            if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length) return false;
            if (start is [0x80, 2, 0x8a, 0x0a])
                throw new WeightsException($"{path} is a checkpoint of a PyTorch before 1.6; "
                    + $"save it again with a newer one to read it here.");
            return start.SequenceEqual("PK\x03\x04"u8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
