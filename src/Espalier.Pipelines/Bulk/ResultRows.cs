namespace Espalier.Pipelines.Bulk;

/// <summary>Results as a flat table: a row for each thing that was found; one row, else empty, for a photo in which nothing was, or which
/// could not be read.</summary>
internal static class ResultRows
{
    /// <summary>All columns: the photo, what is said of each thing, and why a photo could not be read.</summary>
    public static IReadOnlyList<ResultColumn> Columns(IReadOnlyList<ResultColumn> found) =>
        [new("picture", ResultKind.Text), .. found, new("error", ResultKind.Text)];

    /// <summary>A photo's rows, at least one.</summary>
    /// <param name="result">The photo.</param>
    /// <param name="found">How many columns speak of a thing.</param>
    public static IEnumerable<object?[]> Of(PhotoResult result, int found)
    {
        if (result.Found.Count == 0) return [[result.Photo, .. new object?[found], result.Error]];
        return result.Found.Select(thing => (object?[])[result.Photo, .. thing, null]);
    }
}
