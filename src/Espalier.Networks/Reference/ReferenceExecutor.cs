namespace Espalier.Networks;

/// <summary>
/// Evaluates a network in plain C#, a picture at a time: what the fast executors are held against, and what needs no torch. Batch
/// normalization uses its running statistics.
/// </summary>
internal sealed class ReferenceExecutor
{
    private readonly Graph _graph;
    private readonly Weights _weights;

    /// <summary>Prepares a network.</summary>
    /// <exception cref="WeightsException">The weights do not fit the graph.</exception>
    public ReferenceExecutor(Graph graph, Weights weights)
    {
        WeightsCheck.Require(graph, weights, "The network to evaluate");
        (_graph, _weights) = (graph, weights);
    }

    /// <summary>Evaluates every node.</summary>
    /// <param name="picture">(channels, height, width), 0…1.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>The output of every node by position; the last is (predictions, 5 + classes), decoded.</returns>
    /// <exception cref="GraphException">The picture's size does not suit the network.</exception>
    public ReferenceTensor[] Run(float[] picture, int height, int width)
    {
        var shapes = ShapeInference.Shapes(_graph, height, width);
        if (picture.Length != shapes[0].Count)
            throw new ArgumentException($"A picture of {shapes[0]} has {shapes[0].Count} values, not {picture.Length}.", nameof(picture));
        var outputs = new ReferenceTensor[shapes.Length];
        outputs[0] = new ReferenceTensor(shapes[0], picture);
        for (var i = 1; i < outputs.Length; i++)
        {
            var node = _graph.Nodes[i];
            var inputs = node.Inputs.Select(input => outputs[input]).ToArray();
            outputs[i] = new ReferenceTensor(shapes[i], new float[shapes[i].Count]);
            Evaluate(node, inputs, outputs[i]);
        }

        return outputs;
    }

    private float[] Stored(Node node, string part) => _weights[$"{node.Name}.{part}"].Values;

    private void Evaluate(Node node, ReferenceTensor[] inputs, ReferenceTensor output)
    {
        switch (node)
        {
            case ConvNode conv:
                ReferenceConvolution.Run(conv, Stored(conv, "weight"), conv.Bias ? Stored(conv, "bias") : null, inputs[0], output);
                break;
            case ConvTransposeNode conv:
                ReferenceConvolution.Run(conv, Stored(conv, "weight"), conv.Bias ? Stored(conv, "bias") : null, inputs[0], output);
                break;
            case BatchNormNode norm:
                Normalize(norm, inputs[0], output);
                break;
            case ActivationNode activation:
                for (var i = 0; i < output.Values.Length; i++) output.Values[i] = (float)activation.Activation.Value(inputs[0].Values[i]);
                break;
            case AddNode:
                foreach (var input in inputs)
                {
                    for (var i = 0; i < output.Values.Length; i++) output.Values[i] += input.Values[i];
                }

                break;
            case ConcatNode:
                var place = 0;
                foreach (var input in inputs)
                {
                    input.Values.CopyTo(output.Values, place);
                    place += input.Values.Length;
                }

                break;
            case MultiplyNode:
                ReferenceGates.Multiply(inputs[0], inputs[1], output);
                break;
            case GlobalPoolNode pool:
                ReferenceGates.Pool(pool.Kind, inputs[0], output);
                break;
            case ChannelPoolNode:
                ReferenceGates.PoolChannels(inputs[0], output);
                break;
            case AttentionNode attention:
                ReferenceAttention.Run(attention, inputs[0], output);
                break;
            case DetectNode detect:
                ReferenceDetection.Decode(detect, _weights[$"{detect.Name}.anchors"].Values, inputs, output);
                break;
            default:
                ReferenceResampling.Run(node, inputs[0], output);
                break;
        }
    }

    private void Normalize(BatchNormNode norm, ReferenceTensor input, ReferenceTensor output)
    {
        var (gamma, beta) = (_weights[$"{norm.Name}.weight"].Values, _weights[$"{norm.Name}.bias"].Values);
        var (mean, variance) = (_weights[$"{norm.Name}.running_mean"].Values, _weights[$"{norm.Name}.running_var"].Values);
        var area = input.Shape.Height * input.Shape.Width;
        for (var channel = 0; channel < norm.Channels; channel++)
        {
            var scale = gamma[channel] / Math.Sqrt((double)variance[channel] + norm.Epsilon);
            var shift = beta[channel] - (mean[channel] * scale);
            for (var i = channel * area; i < (channel + 1) * area; i++) output.Values[i] = (float)((input.Values[i] * scale) + shift);
        }
    }
}
