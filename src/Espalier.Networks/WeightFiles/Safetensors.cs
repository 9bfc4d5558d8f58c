using System.Collections.Immutable;
using Espalier.Core;

namespace Espalier.Networks;

/// <summary>
/// The safetensors format (an 8-byte length, a JSON header, the numbers): what Espalier keeps weights in, and what Python opens too.
/// </summary>
/// <remarks>
/// Files written here carry a SHA-256 of themselves under the metadata key <c>espalier.sha256</c>: header and numbers, with the 64 digits
/// of the hash taken as zeros. Reading checks it, so that a flipped bit is found and not trained on.
/// </remarks>
internal static class Safetensors
{
    /// <summary>The metadata key of the hash.</summary>
    internal const string HashKey = "espalier.sha256";

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The target, which is replaced if it exists.</param>
    /// <param name="weights">The arrays, at most 2³⁰ numbers each.</param>
    /// <param name="metadata">Texts by key; null for none.</param>
    /// <param name="precision">How numbers are held. <c>num_batches_tracked</c> is an int64 as PyTorch wants it.</param>
    /// <param name="storage">How arrays with many zeros are laid out; reading needs no word of it.</param>
    /// <exception cref="EspalierException">The file cannot be written.</exception>
    public static void Write(string path, Weights weights, ImmutableSortedDictionary<string, string>? metadata = null,
        WeightPrecision precision = WeightPrecision.Full, WeightStorage storage = WeightStorage.Dense) =>
        AtomicFile.Write(path, stream => Write(stream, weights, metadata, precision, storage));

    /// <summary>Writes to a stream that can seek, from its present position on.</summary>
    /// <inheritdoc cref="Write(string, Weights, ImmutableSortedDictionary{string, string}?, WeightPrecision, WeightStorage)"/>
    /// <param name="stream">The target.</param>
    /// <param name="weights">The arrays.</param>
    /// <param name="metadata">Texts by key; null for none.</param>
    /// <param name="precision">How numbers are held.</param>
    /// <param name="storage">How arrays with many zeros are laid out.</param>
    public static void Write(Stream stream, Weights weights, ImmutableSortedDictionary<string, string>? metadata = null,
        WeightPrecision precision = WeightPrecision.Full, WeightStorage storage = WeightStorage.Dense) =>
        new SafetensorsWriter(weights, metadata ?? ImmutableSortedDictionary<string, string>.Empty, precision, storage).Write(stream);

    /// <summary>Reads a file and checks everything in it before it returns.</summary>
    /// <exception cref="WeightsException">The file cannot be read, is damaged or is no safetensors file.</exception>
    public static SafetensorsFile Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
            return Read(stream, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads from a stream that can seek, up to its end.</summary>
    /// <param name="stream">The source, at the file's start.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="WeightsException">The content is damaged or is no safetensors file.</exception>
    public static SafetensorsFile Read(Stream stream, string source) => new SafetensorsReader(stream, source).Read();
}
