using static Espalier.Networks.OnnxBody;

namespace Espalier.Networks;

/// <summary>
/// What reads pixels as they lie in memory, (batch, height, width, 4) bytes. In int8 two pixels that lie side by side are taken as one of
/// eight channels where the first convolution has stride 2: the same numbers with half as many pieces of memory to gather.
/// </summary>
internal sealed class PixelEmission
{
    private const int Pair = 2;

    private readonly OnnxBody _body;
    private readonly Network _network;
    private readonly QuantizedEmission? _quantized;
    private readonly bool _inPairs;

    /// <param name="body">Where operations go.</param>
    /// <param name="network">The network, its picture widened to four channels.</param>
    /// <param name="quantized">What is int8; null where nothing is.</param>
    public PixelEmission(OnnxBody body, Network network, QuantizedEmission? quantized)
    {
        (_body, _network, _quantized) = (body, network, quantized);
        _inPairs = quantized is not null && network.Graph.Nodes.Where(Reads)
            .All(node => node is ConvNode { Stride: Pair, Dilation: 1, Across: null } conv
            && conv.Kernel % Pair == 0 && conv.Padding % Pair == 0 && quantized.IsQuantized(conv));
    }

    /// <summary>Whether a node reads the pixels.</summary>
    public static bool Reads(Node node) => node.Inputs.Contains(0);

    /// <summary>From bytes to planes of 0…1; returns their name.</summary>
    public string Planes()
    {
        const string Pixels = OnnxFile.Input;
        var rows = _inPairs ? _body.Add("Reshape", $"{Pixels}.pairs",
            [Pixels, _body.Integers($"{Pixels}.pairs.shape", 0, 0, -1, Pair * InputWidening.Channels)]) : Pixels;
        var planes = _body.Add("Transpose", $"{Pixels}.planes", [rows], Attribute("perm", 0, 3, 1, 2));
        var step = _body.Float($"{Pixels}.step", TensorRange.Pixels.Scale);
        if (_quantized is not null)
            return _body.Add("DequantizeLinear", $"{Pixels}.shares",
                [planes, step, _body.Byte($"{Pixels}.zero", TensorRange.Pixels.ZeroPoint)]);
        var floats = _body.Add("Cast", $"{Pixels}.floats", [planes], Attribute("to", (long)Onnx.TensorProto.Types.DataType.Float));
        return _body.Add("Mul", $"{Pixels}.shares", [floats, step]);
    }

    /// <summary>A convolution of pairs of pixels, or null where pixels are not taken in pairs.</summary>
    /// <param name="conv">A convolution that reads the pixels.</param>
    /// <param name="planes">What <see cref="Planes"/> gave.</param>
    public string? Convolution(ConvNode conv, string planes)
    {
        if (!_inPairs) return null;
        var (kernel, columns, padding) = (conv.Kernel, conv.Kernel / Pair, conv.Padding);
        var (weights, bias) = _quantized!.Parameters(conv, [conv.OutChannels, Pair * conv.InChannels, kernel, columns], InPairs(conv))
            ?? throw new InvalidOperationException("the first convolution is quantized");
        return _body.Add(
            "Conv", conv.Name, [planes, weights, bias],
            Attribute("dilations", 1, 1), Attribute("group", 1), Attribute("kernel_shape", kernel, columns),
            Attribute("pads", padding, padding / Pair, padding, padding / Pair), Attribute("strides", Pair, 1));
    }

    /// <summary>(out, channels, k, k) → (out, 2 · channels, k, k / 2):
    /// of a pair's eight channels the first four are the left pixel's.</summary>
    private float[] InPairs(ConvNode conv)
    {
        var (source, side) = (_network.Weights[$"{conv.Name}.weight"].Values, conv.Kernel);
        var (paired, place) = (new float[source.Length], 0);
        for (var output = 0; output < conv.OutChannels; output++)
        {
            for (var channel = 0; channel < Pair * conv.InChannels; channel++)
            {
                var plane = ((output * conv.InChannels) + (channel % conv.InChannels)) * side * side;
                for (var row = 0; row < side; row++)
                {
                    for (var column = channel / conv.InChannels; column < side; column += Pair)
                        paired[place++] = source[plane + (row * side) + column];
                }
            }
        }

        return paired;
    }
}
