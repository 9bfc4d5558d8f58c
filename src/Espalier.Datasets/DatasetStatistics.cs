namespace Espalier.Datasets;

/// <summary>What a data set consists of, in numbers.</summary>
/// <param name="Photos">How many photos.</param>
/// <param name="BackgroundPhotos">How many of them have no object.</param>
/// <param name="Objects">How many objects.</param>
/// <param name="ObjectsPerClass">By class; as long as the list of names.</param>
public sealed record DatasetStatistics(int Photos, int BackgroundPhotos, int Objects, IReadOnlyList<int> ObjectsPerClass)
{
    /// <summary>Counts a data set.</summary>
    public static DatasetStatistics Of(DetectionDataset dataset)
    {
        var perClass = new int[dataset.ClassNames.Count];
        var backgrounds = 0;
        foreach (var entry in dataset.Entries)
        {
            if (entry.Labels.Count == 0) backgrounds++;
            foreach (var label in entry.Labels) perClass[label.Class]++;
        }

        return new DatasetStatistics(dataset.Entries.Count, backgrounds, perClass.Sum(), perClass);
    }
}
