using Espalier.Datasets;

namespace Espalier.Training.Validation;

/// <summary>Says what a scan left out or mended: the first few by name, then how many more.</summary>
internal static class DatasetNotes
{
    private const int MostProblemsShown = 5;

    /// <summary>Tells of a split's problems.</summary>
    public static void Tell(DetectionDataset dataset, string split, Action<string>? note)
    {
        if (note is null) return;
        if (dataset.LeftOutText is { Length: > 0 } leftOut) note($"'{split}'{leftOut}");
        if (dataset.Unlabelled > 0)
            note($"'{split}': {dataset.Unlabelled} of {dataset.Entries.Count} pictures without a label file: they count as backgrounds");
        foreach (var problem in dataset.Problems.Take(MostProblemsShown)) note(Text(problem));
        if (dataset.Problems.Count > MostProblemsShown)
            note($"And {dataset.Problems.Count - MostProblemsShown} more doubtful files in '{split}'");
    }

    /// <summary>One problem as a sentence.</summary>
    public static string Text(DatasetProblem problem) => $"{problem.Path}: {problem.Reason}";
}
