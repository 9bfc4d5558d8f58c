using System.Collections.Immutable;
using System.Globalization;
using Espalier.Core;
using Espalier.Core.Metadata;

namespace Espalier.Networks;

/// <summary>A network with everything it needs to be rebuilt, in one safetensors file: the weights,
/// and as metadata the graph and what goes with it.</summary>
public sealed record Checkpoint
{
    internal const string Version = "1";
    internal const string GraphKey = "espalier.graph";
    private const string PropertyPrefix = "espalier.property.";
    private const string TrainingPrefix = "training/";

    /// <summary>The network, with its anchors and strides.</summary>
    public required Graph Graph { get; init; }

    /// <summary>The array of every item of the graph's state.</summary>
    public required Weights Weights { get; init; }

    /// <summary>A name a class.</summary>
    public required ImmutableArray<string> ClassNames { get; init; }

    /// <summary>The image size that the network was trained for, in pixels; a multiple of <see cref="Stride"/>.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Whatever else goes with it as text by key, such as options and history as JSON.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Arrays that only continuing the training needs (optimizer state, live weights beside the averaged ones),
    /// by names of their owner's choice.</summary>
    public Weights Training { get; init; } = new();

    /// <summary>The largest stride of the network.</summary>
    public int Stride => Graph.Stride;

    /// <summary>Writes the checkpoint, whole or not at all.</summary>
    /// <param name="path">The target, which is replaced if it exists.</param>
    /// <param name="precision">How numbers are held.</param>
    /// <param name="storage">How arrays with many zeros are laid out: <see cref="WeightStorage.Sparse"/> makes files of sparse kernels
    /// smaller, and not the network faster.</param>
    /// <exception cref="WeightsException">The parts do not fit each other.</exception>
    /// <exception cref="EspalierException">The file cannot be written.</exception>
    public void Save(string path, WeightPrecision precision = WeightPrecision.Full, WeightStorage storage = WeightStorage.Dense)
    {
        CheckParts(path);
        var all = new Weights();
        foreach (var item in Graph.State()) all[item.Name] = Weights[item.Name];
        foreach (var name in Training.Names) all[TrainingPrefix + name] = Training[name];
        Safetensors.Write(path, all, Metadata(), precision, storage);
    }

    /// <summary>Reads a checkpoint that <see cref="Save"/> wrote.</summary>
    /// <exception cref="WeightsException">The file cannot be read, is damaged, or is something else.</exception>
    public static Checkpoint Load(string path) => From(Safetensors.Read(path), path);

    /// <summary>
    /// Opens a network from a file of any kind that is understood: a checkpoint of Espalier, the original's <c>.pt</c>, or a safetensors
    /// file with the weights of a built-in architecture under the original's names.
    /// </summary>
    /// <exception cref="WeightsException">The file cannot be read, is damaged, or is something else.</exception>
    public static Checkpoint Open(string path) => CheckpointOpener.Open(path);

    /// <summary>Whether the metadata is that of a checkpoint.</summary>
    internal static bool IsCheckpoint(SafetensorsFile file) => file.Metadata.ContainsKey(GraphKey);

    /// <summary>The checkpoint that a file's content is.</summary>
    internal static Checkpoint From(SafetensorsFile file, string source)
    {
        if (!IsCheckpoint(file)) throw new WeightsException($"{source} is no checkpoint of Espalier: it carries no graph.");
        if (!file.IsVerified) throw new WeightsException($"{source} is damaged: a checkpoint carries its SHA-256, and there is none.");
        if (Text(file, DetectorMetadata.VersionKey, source) is var version && version != Version)
            throw new WeightsException($"{source} is a checkpoint of version {version}; this reads version {Version}.");
        try
        {
            var graph = GraphJson.Parse(Text(file, GraphKey, source), source);
            var checkpoint = new Checkpoint
            {
                Graph = graph,
                Weights = Part(file.Weights, name => !name.StartsWith(TrainingPrefix, StringComparison.Ordinal), 0),
                Training = Part(file.Weights, name => name.StartsWith(TrainingPrefix, StringComparison.Ordinal), TrainingPrefix.Length),
                ClassNames = TextList.Parse(Text(file, DetectorMetadata.NamesKey, source))
                    ?? throw new WeightsException($"{source} is damaged: its class names are no list of texts."),
                ImageSize = int.TryParse(Text(file, DetectorMetadata.ImageSizeKey, source), NumberStyles.None,
                    CultureInfo.InvariantCulture, out var size)
                    ? size
                    : throw new WeightsException($"{source} is damaged: its image size is no number."),
                Properties = file.Metadata.Where(item => item.Key.StartsWith(PropertyPrefix, StringComparison.Ordinal))
                    .ToImmutableSortedDictionary(item => item.Key[PropertyPrefix.Length..], item => item.Value, StringComparer.Ordinal),
            };
            checkpoint.CheckParts(source);
            return checkpoint;
        }
        catch (GraphException exception)
        {
            throw new WeightsException(exception.Message, exception);
        }
    }

    private ImmutableSortedDictionary<string, string> Metadata()
    {
        var metadata = Properties.ToDictionary(item => PropertyPrefix + item.Key, item => item.Value);
        metadata[DetectorMetadata.VersionKey] = Version;
        metadata[GraphKey] = Graph.ToJson();
        metadata[DetectorMetadata.NamesKey] = TextList.Write(ClassNames);
        metadata[DetectorMetadata.ImageSizeKey] = ImageSize.ToString(CultureInfo.InvariantCulture);
        return metadata.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private void CheckParts(string source)
    {
        WeightsCheck.Require(Graph, Weights, source);
        if (ClassNames.Length != Graph.Classes)
            throw new WeightsException($"{source}: {ClassNames.Length} class names are given for a network of {Graph.Classes} classes.");
        if (ImageSize < Stride || ImageSize > GraphLimits.Side || ImageSize % Stride != 0)
            throw new WeightsException($"{source}: the image size must be a multiple "
                + $"of {Stride} up to {GraphLimits.Side}, not {ImageSize}.");
    }

    private static string Text(SafetensorsFile file, string key, string source) => file.Metadata.TryGetValue(key, out var text)
        ? text
        : throw new WeightsException($"{source} is damaged: its metadata lacks {key}.");

    private static Weights Part(Weights all, Func<string, bool> belongs, int prefixLength)
    {
        var part = new Weights();
        foreach (var name in all.Names.Where(belongs)) part[name[prefixLength..]] = all[name];
        return part;
    }
}
