using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Latency;
using Espalier.Runtime;

namespace Espalier.Pipelines.Exports;

/// <summary>An emitted file.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Operations">How many operations it has.</param>
/// <param name="Classes">How many classes it knows.</param>
/// <param name="Emission">What it takes and gives.</param>
/// <param name="Agreement">How near it comes to the network; null where that was not wanted.</param>
/// <param name="Speed">Widths as they are and filled up, in turns on this machine;
/// null where nothing was filled up or timing not wanted.</param>
public sealed record ExportedModel(string Path, long Bytes, int Operations, int Classes, OnnxOptions Emission, ExportAgreement? Agreement,
    SpeedComparison? Speed);

/// <summary>Writes networks as ONNX files, checked against the network before they are written.</summary>
public static class Exporter
{
    /// <summary>Writes one.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">What it takes and gives; the defaults if null.</param>
    /// <param name="cancellationToken">Ends the timing.</param>
    /// <exception cref="EspalierException">The options do not suit the network,
    /// the file gives other numbers than it, or cannot be written.</exception>
    public static ExportedModel Run(Checkpoint checkpoint, string path, ExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ExportOptions();
        var emission = options.ToEmission(checkpoint);
        var file = OnnxEmission.Emit(checkpoint, emission);
        var agreement = options.Check ? Check(checkpoint, emission, file) : null;
        file.Save(path);
        var speed = options.MeasureLatency ? Speed(checkpoint, emission, cancellationToken) : null;
        return new ExportedModel(path, new FileInfo(path).Length, file.OperationCount, checkpoint.ClassNames.Length,
            emission, agreement, speed);
    }

    private static ExportAgreement Check(Checkpoint checkpoint, OnnxOptions emission, OnnxFile file)
    {
        using var loads = OnnxNetwork.Open(file.ToBytes(), name: "The file");
        return ExportCheck.Compare(checkpoint, emission);
    }

    /// <summary>The file beside one of the network's own widths; null where they are the same.</summary>
    private static SpeedComparison? Speed(Checkpoint checkpoint, OnnxOptions emission, CancellationToken cancellationToken)
    {
        if (emission.ChannelBlock == 1) return null;

        // Suppression is the same work in both, and more than noise.
        var (unfilled, filled) = (Content(1), Content(emission.ChannelBlock));
        var isSame = unfilled.Content.AsSpan().SequenceEqual(filled.Content);
        return isSame ? null : LatencyMeter.Compare(unfilled, filled, 0, cancellationToken);

        MeasuredFile Content(int block) => new(
            OnnxEmission.Emit(checkpoint, emission with { ChannelBlock = block, Suppression = null }).ToBytes(),
            emission.Height ?? checkpoint.ImageSize, emission.Width ?? checkpoint.ImageSize, emission.Batch ?? 1);
    }
}
