using System.Runtime.InteropServices;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution.Kernels;
using static TorchSharp.torch;

namespace Espalier.Training.Execution.Tapes;

/// <summary>Batch normalization and the activation after it. Keeps its input;
/// the way back computes the rest anew, which is cheaper than reading it.</summary>
internal sealed class NormRecord : IRecord
{
    private readonly int _inputPosition;
    private readonly Tensor _input;
    private readonly ParameterGradients _parameters;
    private readonly NormKernel _kernel;
    private readonly int _threads;
    private readonly float[] _mean;
    private readonly float[] _deviation;
    private readonly float[] _scale;
    private readonly float[] _offset;
    private readonly double _pixels;
    private readonly IProcessGroup _group;

    private NormRecord(int inputPosition, Tensor input, ParameterGradients parameters, NormKernel kernel, int threads, float[] mean,
        float[] deviation, float[] scale, float[] offset, double pixels, IProcessGroup group)
    {
        (_inputPosition, _parameters, _kernel, _threads) = (inputPosition, parameters, kernel, threads);
        (_mean, _deviation, _scale, _offset) = (mean, deviation, scale, offset);
        (_input, _pixels, _group) = (input, pixels, group);
    }

    /// <summary>Where the gradients of γ and β are added up; null for a frozen parameter.</summary>
    /// <param name="Scale">Of γ.</param>
    /// <param name="Bias">Of β.</param>
    public sealed record ParameterGradients(Tensor? Scale, Tensor? Bias);

    /// <summary>Normalizes with the batch's own statistics, activates, and lets the running statistics follow.</summary>
    /// <param name="inputPosition">The input's position.</param>
    /// <param name="tensor">The input, (batch, channels, rows, columns).</param>
    /// <param name="node">Momentum and ε.</param>
    /// <param name="activation">What follows the normalization.</param>
    /// <param name="state">γ, β and the running statistics.</param>
    /// <param name="parameters">Where gradients are added up.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="group">The processes over whose pictures together the statistics are taken.</param>
    /// <param name="output">The output; the caller's.</param>
    public static NormRecord Record(
        int inputPosition, Tensor tensor, BatchNormNode node, Activation activation, NodeState state, ParameterGradients parameters,
        int threads, IProcessGroup group, out Tensor output)
    {
        var input = ChannelsLast(tensor).DetachFromDisposeScope();
        var kernel = NormKernel.For(activation, input.dtype == bfloat16, VectorWidths.Best);
        var rows = kernel.Walk(input);
        var channels = (int)input.shape[1];
        var moments = kernel.Moments(rows, Repeated(state.RunningMean!.bytes, rows.Length), threads);
        var (sums, squares, pixels) = Together(group, Folded(moments.Sums, channels), Folded(moments.Squares, channels), Pixels(input));
        var (mean, variance) = Statistics(sums, squares, Floats(state.RunningMean!.bytes), pixels);
        Follow(state, node.Momentum, mean, variance, pixels);

        var weight = Floats(state.Weight!.bytes);
        var bias = Floats(state.Bias!.bytes);
        var (deviation, scale, offset) = (new float[channels], new float[channels], new float[channels]);
        for (var channel = 0; channel < channels; channel++)
        {
            deviation[channel] = (float)(1 / Math.Sqrt(variance[channel] + node.Epsilon));
            scale[channel] = weight[channel] * deviation[channel];
            offset[channel] = bias[channel] - mean[channel] * scale[channel];
        }

        output = Like(input);
        kernel.Apply(rows, kernel.Walk(output), Repeated(scale, rows.Length), Repeated(offset, rows.Length), threads);
        return new NormRecord(inputPosition, input, parameters, kernel, threads, mean, deviation, scale, offset, pixels, group);
    }

    /// <inheritdoc/>
    public void PlayBack(Tensor gradient, bool isOwned, TapeGradients gradients)
    {
        var canWalk = _kernel.CanWalk(gradient);
        using var incoming = canWalk ? gradient.alias() : ChannelsLast(gradient);
        var (rows, gradientRows) = (_kernel.Walk(_input), _kernel.Walk(incoming));
        // Memory that was just read is quickest to write, and needs no new pages.
        var output = (isOwned || !canWalk) && gradientRows.Stride == rows.Stride ? incoming.alias() : Like(_input);
        var outputRows = _kernel.Walk(output);
        var (scale, offset) = (Repeated(_scale, rows.Length), Repeated(_offset, rows.Length));
        var (sums, products) = _kernel.GradientSums(rows, gradientRows, outputRows, scale, offset, Repeated(_mean, rows.Length), _threads);

        var channels = _mean.Length;
        var (biasGradient, scaleGradient) = (Folded(sums, channels), Folded(products, channels));
        for (var channel = 0; channel < channels; channel++) scaleGradient[channel] *= _deviation[channel];
        // The parameters' own gradients are added up over processes later, with all others.
        Add(_parameters.Scale, scaleGradient);
        Add(_parameters.Bias, biasGradient);

        (biasGradient, scaleGradient, _) = Together(_group, biasGradient, scaleGradient, 0);
        var (slope, constant) = (new float[channels], new float[channels]);
        for (var channel = 0; channel < channels; channel++)
        {
            slope[channel] = (float)(-_scale[channel] * _deviation[channel] * scaleGradient[channel] / _pixels);
            constant[channel] = (float)(-_scale[channel] * biasGradient[channel] / _pixels) - slope[channel] * _mean[channel];
        }

        _kernel.InputGradient(rows, gradientRows, outputRows, scale, offset, Repeated(slope, rows.Length),
            Repeated(constant, rows.Length), _threads);
        gradients.Add(_inputPosition, output, isOwned: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();

    private static long Pixels(Tensor tensor) => tensor.NumberOfElements / tensor.shape[1];

    /// <summary>The tensor itself where its channels lie innermost and without gaps, a copy of it where they do not.</summary>
    private static Tensor ChannelsLast(Tensor tensor)
    {
        // Of a length of 1 `contiguous` leaves the stride as it is, whatever it says, and the kernels go by that of columns.
        if (tensor.shape[3] == 1) return Like(tensor).copy_(tensor);
        using var scope = NewDisposeScope();
        return tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static Tensor Like(Tensor tensor)
    {
        var shape = tensor.shape;
        using var memory = empty([shape[0], shape[2], shape[3], shape[1]], tensor.dtype);
        return memory.permute(0, 3, 1, 2);
    }

    /// <summary>Two sums a channel and a count, over all processes.</summary>
    private static (double[] First, double[] Second, double Count) Together(IProcessGroup group, double[] first,
        double[] second, double count)
    {
        if (group.Size == 1) return (first, second, count);
        double[] all = [.. first, .. second, count];
        group.Sum(all);
        return (all[..first.Length], all[first.Length..^1], all[^1]);
    }

    private static (float[] Mean, double[] Variance) Statistics(double[] sums, double[] squares, ReadOnlySpan<float> shift, double pixels)
    {
        var mean = new float[shift.Length];
        for (var channel = 0; channel < mean.Length; channel++)
        {
            var difference = sums[channel] / pixels;
            mean[channel] = (float)(shift[channel] + difference);
            squares[channel] = Math.Max(squares[channel] / pixels - difference * difference, 0);
        }

        return (mean, squares);
    }

    /// <summary>running ← (1 − momentum) · running + momentum · batch, with the unbiased variance, as torch does.</summary>
    private static void Follow(NodeState state, double momentum, float[] mean, double[] variance, double pixels)
    {
        var means = Floats(state.RunningMean!.bytes);
        var variances = Floats(state.RunningVariance!.bytes);
        var unbiased = pixels / Math.Max(pixels - 1, 1);
        for (var channel = 0; channel < mean.Length; channel++)
        {
            means[channel] += (float)(momentum * (mean[channel] - means[channel]));
            variances[channel] += (float)(momentum * (variance[channel] * unbiased - variances[channel]));
        }
    }

    private static void Add(Tensor? gradient, double[] values)
    {
        if (gradient is null) return;
        var floats = Floats(gradient.bytes);
        for (var channel = 0; channel < values.Length; channel++) floats[channel] += (float)values[channel];
    }

    private static Span<float> Floats(Span<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes);

    private static float[] Repeated(ReadOnlySpan<byte> channels, int length) => Repeated(MemoryMarshal.Cast<byte, float>(channels), length);

    private static float[] Repeated(ReadOnlySpan<float> channels, int length)
    {
        var repeated = new float[length];
        for (var start = 0; start < length; start += channels.Length) channels.CopyTo(repeated.AsSpan(start));
        return repeated;
    }

    /// <summary>Sums of a row's numbers to sums of channels.</summary>
    private static double[] Folded(double[] row, int channels)
    {
        if (row.Length == channels) return row;
        var folded = new double[channels];
        for (var column = 0; column < row.Length; column++) folded[column % channels] += row[column];
        return folded;
    }
}
