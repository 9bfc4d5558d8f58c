using Espalier.Datasets;
using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Thinning;

/// <summary>A criterion that channels are ranked by: the less important go first.</summary>
internal interface IImportance
{
    /// <summary>What options and plans call it, such as <c>taylor</c>.</summary>
    string Name { get; }

    /// <summary>Scores a network's channels.</summary>
    /// <param name="subject">The network and the pictures.</param>
    ChannelImportance Measure(ImportanceSubject subject);
}

/// <summary>What a criterion may look at.</summary>
/// <param name="Checkpoint">The network.</param>
/// <param name="Statistics">What its channels send on.</param>
/// <param name="Batches">Labelled pictures.</param>
/// <param name="Device">Where it computes.</param>
/// <param name="Seed">Of chance.</param>
internal sealed record ImportanceSubject(Checkpoint Checkpoint, ChannelStatistics Statistics, IEnumerable<Batch> Batches,
    Device Device, int Seed)
{
    /// <summary>The network alone.</summary>
    public Network Network => new(Checkpoint.Graph, Checkpoint.Weights);
}
