using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Quantization;

/// <summary>Watches what values a network's tensors take over some pictures.</summary>
internal static class ActivationCalibration
{
    private const int Bins = ValueHistogram.UsualBins;
    private const long MostCounted = 1 << 22;

    /// <summary>Statistics of every tensor that is rounded, by its node's position.</summary>
    /// <param name="network">The network as it is emitted (<see cref="OnnxEmission.Prepare"/>).</param>
    /// <param name="batches">The pictures; they are gone through twice, for bounds and for counts.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public static IReadOnlyDictionary<int, TensorStatistics> Measure(
        Network network, IEnumerable<Batch> batches, Device device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        var watched = QuantizedTensors.Of(network.Graph);
        using var executable = new ExecutableNetwork(network.Graph, network.Weights, device) { Mode = ExecutionMode.Evaluation };
        var seen = watched.ToDictionary(position => position, _ => new Observation());
        ForEach(static (observation, output) => observation.TakeBounds(output));
        ForEach(static (observation, output) => observation.Count(output));
        return seen.ToDictionary(entry => entry.Key, entry => entry.Value.ToStatistics());

        void ForEach(Action<Observation, Tensor> look)
        {
            foreach (var batch in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                foreach (var (position, output) in executable.Forward(BatchUpload.ToTensor(batch, device), watched).Outputs)
                    look(seen[position], output);
            }
        }
    }

    /// <summary>Adds how many of a tensor's values are in each of equal bins from the lowest to the highest.</summary>
    /// <param name="values">float32, of any shape; none outside the two.</param>
    /// <param name="low">The lowest value.</param>
    /// <param name="high">The highest value, above the lowest.</param>
    /// <param name="counts">A count a bin.</param>
    internal static void AddCounts(Tensor values, float low, float high, double[] counts)
    {
        using var scope = NewDisposeScope();

        // libtorch counts in float32, which stands still at 2²⁴: it gets no more at a time. Rounding may lift the highest value a little
        // beyond the last bin.
        var (bins, binsAUnit) = (counts.Length, counts.Length / ((double)high - low));
        foreach (var part in values.reshape(-1).split(MostCounted))
        {
            var counted = part.Plus(-low).Times(binsAUnit).AtMost(bins).histc(bins, 0, bins).cpu().data<float>();
            for (var bin = 0; bin < bins; bin++) counts[bin] += counted[bin];
        }
    }

    /// <summary>A tensor over the batches so far.</summary>
    private sealed class Observation
    {
        private readonly double[] _counts = new double[Bins];
        private double[] _sums = [];
        private long _pictures;
        private float _low = float.PositiveInfinity;
        private float _high = float.NegativeInfinity;

        public void TakeBounds(Tensor output)
        {
            (_low, _high) = (Math.Min(_low, output.min().item<float>()), Math.Max(_high, output.max().item<float>()));
            var means = output.mean([0, 2, 3]).cpu().data<float>().ToArray();
            if (_sums.Length == 0) _sums = new double[means.Length];
            for (var channel = 0; channel < means.Length; channel++) _sums[channel] += (double)means[channel] * output.shape[0];
            _pictures += output.shape[0];
        }

        public void Count(Tensor output)
        {
            if (_high > _low) AddCounts(output, _low, _high, _counts);
        }

        public TensorStatistics ToStatistics() =>
            new(new ValueHistogram(_low, _high, _counts), [.. _sums.Select(sum => (float)(sum / _pictures))]);
    }
}
