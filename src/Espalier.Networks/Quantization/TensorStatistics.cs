using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>What a calibration saw of a tensor.</summary>
/// <param name="Histogram">Its values.</param>
/// <param name="ChannelMeans">The mean of each channel.</param>
internal sealed record TensorStatistics(ValueHistogram Histogram, ImmutableArray<float> ChannelMeans);
