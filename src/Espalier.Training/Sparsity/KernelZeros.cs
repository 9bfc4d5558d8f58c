using Espalier.Networks;

namespace Espalier.Training.Sparsity;

/// <summary>How much of a network's convolution kernels, the heads' too, is zero.</summary>
/// <param name="Weights">How many weights they have.</param>
/// <param name="Zeros">How many of them are exactly zero: what sparse storage leaves out.</param>
/// <param name="NearZero">The share below <see cref="NearlyZero"/>, the zeros among them.</param>
/// <param name="Channels">How many output channels they have.</param>
/// <param name="ZeroChannels">How many of these have a kernel of zeros alone: they send a constant and could be cut at no loss.</param>
public sealed record KernelZeros(long Weights, long Zeros, double NearZero, int Channels, int ZeroChannels)
{
    /// <summary>|w| below this is counted as nearly zero: a tenth of the mean |w|, 1 / (2√n), with which a kernel of n = 2,500 inputs
    /// starts, near the most that yolov5n has.</summary>
    public const double NearlyZero = 1e-3;

    /// <summary>The share of the weights that is exactly zero.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double ZeroShare => Weights == 0 ? 0 : (double)Zeros / Weights;

    /// <summary>Counts over all convolutions.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its weights.</param>
    public static KernelZeros Of(Graph graph, Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (all, zeros, near, channels, zeroChannels) = (0L, 0L, 0L, 0, 0);
        foreach (var convolution in graph.Nodes.OfType<ConvNode>())
        {
            var kernel = weights[$"{convolution.Name}.weight"];
            var each = kernel.Values.Length / Math.Max(kernel.Shape[0], 1);
            channels += kernel.Shape[0];
            all += kernel.Values.Length;
            near += kernel.Values.Count(weight => Math.Abs(weight) < NearlyZero);
            for (var channel = 0; channel < kernel.Shape[0]; channel++)
            {
                var zerosHere = kernel.Values.AsSpan(channel * each, each).Count(0f);
                zeros += zerosHere;
                if (zerosHere == each) zeroChannels++;
            }
        }

        return new KernelZeros(all, zeros, (double)near / Math.Max(all, 1), channels, zeroChannels);
    }
}
