using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Quantisation;

/// <summary>Watches what values a network's tensors take over some pictures.</summary>
public static class ActivationCalibration
{
    private const int Bins = ValueHistogram.UsualBins;

    /// <summary>Statistics of every tensor that is rounded, by its node's position.</summary>
    /// <param name="network">The network as it is emitted (<see cref="OnnxEmission.Prepare"/>).</param>
    /// <param name="batches">The pictures; they are gone through twice, for bounds and for counts.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public static IReadOnlyDictionary<int, TensorStatistics> Measure(Network network, IEnumerable<Batch> batches, Device device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        var watched = QuantisedTensors.Of(network.Graph);
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
                foreach (var (position, output) in executable.Forward(BatchUpload.ToTensor(batch, device), watched).Outputs) look(seen[position], output);
            }
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
            if (!(_high > _low)) return;
            var counts = output.Plus(-_low).Times(Bins / ((double)_high - _low)).histc(Bins, 0, Bins).cpu().data<float>();
            for (var bin = 0; bin < Bins; bin++) _counts[bin] += counts[bin];
        }

        public TensorStatistics ToStatistics() => new(new ValueHistogram(_low, _high, _counts), [.. _sums.Select(sum => (float)(sum / _pictures))]);
    }
}
