namespace Espalier.Datasets.Anchors;

/// <summary>How well a set of anchors fits a set of boxes.</summary>
/// <param name="BestPossibleRecall">The share of boxes that some anchor matches: 0…1.</param>
/// <param name="AnchorsAboveThreshold">How many anchors match a box, on average.</param>
/// <param name="Fitness">The mean of the best anchor's ratio over all boxes, where boxes without a match count 0: 0…1.</param>
internal readonly record struct AnchorQuality(double BestPossibleRecall, double AnchorsAboveThreshold, double Fitness);
