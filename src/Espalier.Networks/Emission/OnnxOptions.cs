using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Networks;

/// <summary>What an emitted ONNX file promises about its input and output.</summary>
public sealed record OnnxOptions
{
    /// <summary>Rows of the pictures, a multiple of the network's stride; null where each call may bring its own.</summary>
    public int? Height { get; init; }

    /// <summary>Columns of the pictures, likewise. Either both sides are fixed or neither.</summary>
    public int? Width { get; init; }

    /// <summary>Pictures a call, 1…1024; null where each call may bring its own number.</summary>
    public int? Batch { get; init; }

    /// <summary>How the convolutions' weights lie in the file. Half is read back to float32 when the file is loaded:
    /// half the file, the same speed.</summary>
    /// <value>Default <see cref="WeightPrecision.Full"/>.</value>
    public WeightPrecision Precision { get; init; }

    /// <summary>
    /// Layers are filled up to multiples of this with channels of zeros, 1…64: the same numbers, sooner where widths are odd, as a thinned
    /// network's are, from a larger file. The block of this machine's processor is <see cref="Networks.ChannelBlock.OfThisProcessor"/>. Not
    /// for int8.
    /// </summary>
    /// <value>Default 1: as the network is.</value>
    public int ChannelBlock { get; init; } = 1;

    /// <summary>What goes in and comes out.</summary>
    /// <value>Default <see cref="OnnxInterface.Standard"/>.</value>
    public OnnxInterface Interface { get; init; }

    /// <summary>How the network becomes int8; null for float.</summary>
    public QuantizationPlan? Quantization { get; init; }

    /// <summary>Suppression to be done inside the network; null for raw predictions. Its class list is not used.</summary>
    public NmsOptions? Suppression { get; init; }

    /// <summary>Throws where a value is outside its range.</summary>
    /// <param name="stride">The network's largest stride.</param>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate(int stride)
    {
        if (Height is null != Width is null) throw new OptionException("The height and the width must both be fixed or both be free.");
        foreach (var side in new[] { Height, Width })
        {
            if (side is not { } pixels) continue;
            OptionException.ThrowIfOutside(pixels, stride, MaximumSide, "The image size");
            ImageSizes.RequireMultiple(pixels, stride);
        }

        OptionException.ThrowIfOutside(ChannelBlock, 1, MaximumBlock, "The channel block");
        if (ChannelBlock > 1 && Quantization is not null)
            throw new OptionException("An int8 file keeps the network's widths: its channel block must be 1.");
        if (Batch is { } batch) OptionException.ThrowIfOutside(batch, 1, MaximumBatch, "The batch");
        if (Suppression is not { } suppression) return;
        if (Interface == OnnxInterface.Bytes) throw new OptionException(
            "Suppression inside the network goes with the standard interface; with bytes the runtime suppresses.");
        suppression.Validate();
        if (suppression.MultiLabel) throw new OptionException(
            "Suppression inside the network takes each prediction's best class; several classes a prediction are not to be had there.");
        if (suppression.Classes is not null)
            throw new OptionException("Suppression inside the network keeps every class; choose classes where the file is used.");
    }

    /// <summary>The largest side that may be fixed.</summary>
    public const int MaximumSide = 8192;

    /// <summary>The widest channel block.</summary>
    public const int MaximumBlock = 64;

    /// <summary>The largest batch that may be fixed.</summary>
    public const int MaximumBatch = 1024;
}
