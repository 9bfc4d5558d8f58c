namespace Espalier.Networks;

/// <summary>All of a network's nodes in ONNX's words, from the picture to predictions.</summary>
/// <param name="body">Where operations go.</param>
/// <param name="network">The network as it is emitted.</param>
/// <param name="options">What the file promises.</param>
internal sealed class NetworkEmission(OnnxBody body, Network network, OnnxOptions options)
{
    private readonly Graph _graph = network.Graph;
    private readonly string[] _names = new string[network.Graph.Nodes.Length];
    private readonly QuantizedEmission? _quantized = options.Quantization is { } plan ? new QuantizedEmission(body, network, plan) : null;

    /// <summary>Emits everything.</summary>
    /// <param name="output">The name of the result.</param>
    public void Emit(string output)
    {
        var rows = new RowEmission(body, network, _quantized);
        var nodes = new NodeEmission(body, network.Weights, options.Precision, _quantized);
        var pixels = options.Interface == OnnxInterface.Bytes ? new PixelEmission(body, network, _quantized) : null;
        var heads = _graph.Detect.Inputs;
        for (var i = 0; i < _names.Length - 1; i++)
        {
            if (!heads.Contains(i)) _names[i] = Emit(_graph.Nodes[i], nodes, pixels);
        }

        string[] features = [.. heads.Select(head => _names[_graph.Nodes[head].Inputs[0]])];
        if (pixels is not null)
        {
            rows.Emit(features, options.Batch, output);
            return;
        }

        var planes = heads.Select((head, level) => _graph.Nodes[head] is ConvNode conv && _quantized?.IsQuantized(conv) == true
            ? rows.Planes(level, features[level])
            : nodes.Emit(_graph.Nodes[head], [features[level]]));
        (int, int)? size = options is { Height: { } height, Width: { } width } ? (height, width) : null;
        new DecodingEmission(body, _graph.Detect).Emit([.. planes], OnnxFile.Input, size, output);
    }

    private string Emit(Node node, NodeEmission nodes, PixelEmission? pixels)
    {
        if (node is InputNode && pixels is not null) return pixels.Planes();
        var output = node is InputNode ? OnnxFile.Input
            : pixels is not null && PixelEmission.Reads(node) && pixels.Convolution((ConvNode)node, _names[0]) is { } paired ? paired
            : nodes.Emit(node, [.. node.Inputs.Select(input => _names[input])]);
        return _quantized?.Round(node.Name, output) ?? output;
    }
}
