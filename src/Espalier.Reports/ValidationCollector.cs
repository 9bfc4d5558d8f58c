using Espalier.Reports.Mistakes;
using Espalier.Reports.Photos;
using Espalier.Training.Validation;

namespace Espalier.Reports;

/// <summary>
/// Remembers of a validation what its pictures will show: the first pictures of the first batches and the worst mistakes. Its size does
/// not grow with the number of photos.
/// </summary>
internal sealed class ValidationCollector
{
    private const int MostBatches = 3;

    private readonly List<IReadOnlyList<JudgedPhoto>> _batches = [];

    internal IReadOnlyList<IReadOnlyList<JudgedPhoto>> Batches => _batches;

    internal WorstMistakes Worst { get; } = new();

    /// <summary>Takes a validated batch in.</summary>
    public void Add(BatchValidated validated)
    {
        ArgumentNullException.ThrowIfNull(validated);
        JudgedPhoto[] photos = [.. validated.Pictures.Select(JudgedPhoto.Of)];
        if (_batches.Count < MostBatches
            && photos.Length > 0) _batches.Add(photos[..Math.Min(photos.Length, ValidationBatchSheets.MostPictures)]);
        for (var i = 0; i < photos.Length; i++)
        {
            var source = validated.Pictures[i].Source;
            Worst.Add(photos[i], Math.Max(source.OriginalWidth, source.OriginalHeight));
        }
    }
}
