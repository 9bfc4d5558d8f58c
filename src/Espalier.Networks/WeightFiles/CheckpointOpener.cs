using System.Collections.Immutable;
using System.Globalization;

namespace Espalier.Networks;

/// <summary>Finds out what kind of weights file a path is, and makes a <see cref="Checkpoint"/> of it.</summary>
internal static class CheckpointOpener
{
    /// <summary>What the original trains at where nothing else is said.</summary>
    private const int DefaultImageSize = 640;

    /// <summary>What other programs run, by its ending.</summary>
    private static readonly Dictionary<string, string> Exported = new(StringComparer.OrdinalIgnoreCase)
    {
        [".engine"] = "TensorRT",
        [".trt"] = "TensorRT",
        [".tflite"] = "TensorFlow Lite",
        [".pb"] = "TensorFlow",
        [".h5"] = "Keras",
        [".mlmodel"] = "Core ML",
        [".xml"] = "OpenVINO",
        [".param"] = "ncnn",
        [".mnn"] = "MNN",
    };

    public static Checkpoint Open(string path)
    {
        if (Directory.Exists(path)) throw new WeightsException($"'{path}' is a folder; a file of weights is wanted.");
        if (!File.Exists(path)) throw new WeightsException($"There is no file '{path}'.");
        if (Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
            throw new WeightsException($"'{path}' is an ONNX file, which is made to be run: what is trained, pruned or exported is a "
                + $"checkpoint, a safetensors file or a .pt.");
        if (Exported.TryGetValue(Path.GetExtension(path), out var program))
        {
            throw new WeightsException(
                $"'{path}' is a file for {program}; take the best.pt that it was exported from, or an ONNX file of it to be run.");
        }

        return TorchFile.IsTorch(path) ? FromTorch(TorchFile.Read(path), path) : FromSafetensors(Safetensors.Read(path), path);
    }

    private static Checkpoint FromSafetensors(SafetensorsFile file, string path)
        => Checkpoint.IsCheckpoint(file)
            ? Checkpoint.From(file, path) : Complete(KnownNetworks.Infer(file.Weights, path), file.Weights, [], path);

    private static Checkpoint FromTorch(TorchFile file, string path)
    {
        Graph graph;
        try
        {
            graph = file.Architecture is { } architecture ? GraphBuilder.Expand(architecture) : KnownNetworks.Infer(file.Weights, path);
            graph = graph.WithActivations(file.Activations);
        }
        catch (GraphException exception)
        {
            throw new WeightsException($"{path} holds a network that is not understood ({exception.Message.TrimEnd('.')}).", exception);
        }

        return Complete(graph, file.Weights, file.ClassNames, path);
    }

    /// <summary>Takes the graph's arrays and the anchors that were trained with;
    /// buffers that some files leave out get their defaults.</summary>
    private static Checkpoint Complete(Graph graph, Weights found, ImmutableArray<string> names, string path)
    {
        var weights = new Weights();
        foreach (var item in graph.State())
        {
            if (found.Find(item.Name) is { } array) weights[item.Name] = array;
            else if (item.Kind == StateKind.BatchesTracked) weights[item.Name] = new WeightArray([], [0]);
            else if (item.Kind == StateKind.Anchors) weights[item.Name] = GraphState.Anchors(graph.Detect);
        }

        WeightsCheck.Require(graph, weights, path);
        if (names.Length > 0 && names.Length != graph.Classes)
            throw new WeightsException($"{path} contradicts itself: it predicts {graph.Classes} classes and names {names.Length}.");
        graph = WithAnchors(graph, weights, path);
        return new Checkpoint
        {
            Graph = graph,
            Weights = weights,
            ClassNames = names.Length > 0
                ? names
                : [.. Enumerable.Range(0, graph.Classes).Select(index => index.ToString(CultureInfo.InvariantCulture))],
            ImageSize = DefaultImageSize % graph.Stride == 0 ? DefaultImageSize : 8 * graph.Stride,
        };
    }

    private static Graph WithAnchors(Graph graph, Weights weights, string path)
    {
        var detect = graph.Detect;
        var cells = weights[$"{detect.Name}.anchors"].Values;
        var sides = detect.Anchors[0].Length;
        var anchors = detect.Strides.Select((stride, level)
            => cells.Skip(level * sides).Take(sides).Select(side => side * stride).ToImmutableArray());
        var changed = graph with { Nodes = graph.Nodes.SetItem(graph.Nodes.Length - 1, detect with { Anchors = [.. anchors] }) };
        try
        {
            GraphValidator.Validate(changed, path);
        }
        catch (GraphException exception)
        {
            throw new WeightsException(exception.Message, exception);
        }

        return changed;
    }
}
