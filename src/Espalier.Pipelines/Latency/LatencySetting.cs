using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Diagnosis;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Pipelines.Latency;

/// <summary>What a network's convolutions are computed in.</summary>
public enum LatencyPrecision
{
    /// <summary>Float32: the file that this machine runs soonest (<see cref="FastFile"/>).</summary>
    FullPrecision,

    /// <summary>Int8 with pixels of bytes, as <c>espalier quantize</c> writes it.</summary>
    Quantized,
}

/// <summary>For what a latency table holds on this machine.</summary>
/// <param name="Threads">Threads; 0 for one a core that the process may use.</param>
/// <param name="Batch">Pictures a call.</param>
/// <param name="Precision">What convolutions are computed in.</param>
public sealed record LatencySetting(int Threads = 0, int Batch = 1, LatencyPrecision Precision = LatencyPrecision.FullPrecision)
{
    /// <summary>All that times depend on beside the network, in words: processor, ONNX Runtime, threads, batch, precision.</summary>
    public string Key
    {
        get
        {
            var (runtime, threads) = (OrtEnv.Instance().GetVersionString(), AvailableProcessors.Current.ThreadsFor(Threads));
            var block = ChannelBlock.ForBatch(Batch);
            return Invariant($"{SystemReport.Processor()}; ONNX Runtime {runtime}; threads {threads}; batch {Batch}; {Precision}; blocks ")
                + Invariant($"of {block} ")
                + "channels";
        }
    }

    /// <summary>What is emitted to be measured. Times do not depend on what is computed, so that int8 takes any ranges.</summary>
    internal OnnxOptions Emission(Checkpoint network)
    {
        var options = FastFile.Options(network, Batch);
        if (Precision == LatencyPrecision.FullPrecision) return options;
        var plan = AnyRanges(OnnxEmission.Prepare(network).Graph);
        return options with { ChannelBlock = 1, Interface = OnnxInterface.Bytes, Quantization = plan };
    }

    /// <summary>The file that is measured.</summary>
    internal MeasuredFile File(Checkpoint network) =>
        new(OnnxEmission.Emit(network, Emission(network)).ToBytes(), network.ImageSize, network.ImageSize, Batch);

    private static QuantizationPlan AnyRanges(Graph graph) => new()
    {
        Ranges = QuantizedTensors.Of(graph).ToImmutableSortedDictionary(
            position => graph.Nodes[position].Name,
            position => graph.Nodes[position] is InputNode ? TensorRange.Pixels : new TensorRange(-1, 1),
            StringComparer.Ordinal),
    };
}
