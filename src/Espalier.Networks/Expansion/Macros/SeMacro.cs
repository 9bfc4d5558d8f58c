namespace Espalier.Networks;

/// <summary>
/// SE: [channels, ratio = 16]; squeeze and excitation (Hu et al. 2018, https://arxiv.org/abs/1709.01507): each channel times a gate that is
/// made of all channels' means. Its two layers are 1×1 convolutions with biases, <c>fc1</c> and <c>fc2</c>.
/// </summary>
internal sealed class SeMacro : LayerMacro
{
    public override int Expand(LayerContext context)
    {
        var (graph, name, map) = (context.Graph, context.Name, context.Input);
        context.Arguments.Expect(1, 2, "[channels, ratio]");
        var channels = context.SameChannels();
        var hidden = context.Squeezed(channels);
        var means = graph.GlobalPool($"{name}.avgpool", map, GlobalPooling.Mean);
        var squeezed = graph.Convolution($"{name}.fc1", means, hidden, 1, 1, 0, 1, bias: true);
        squeezed = graph.Activation($"{name}.activation", squeezed, ActivationKind.ReLU);
        var gate = graph.Convolution($"{name}.fc2", squeezed, channels, 1, 1, 0, 1, bias: true);
        return graph.Multiply($"{name}.gated", map, graph.Activation($"{name}.scale_activation", gate, ActivationKind.Sigmoid));
    }
}
