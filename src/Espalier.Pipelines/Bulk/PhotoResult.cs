namespace Espalier.Pipelines.Bulk;

/// <summary>What came of one photo.</summary>
/// <param name="Photo">Its path.</param>
/// <param name="Found">A row for each thing that was found, its values as the columns have them.</param>
/// <param name="Error">Why it could not be read; null where it could.</param>
internal sealed record PhotoResult(string Photo, IReadOnlyList<object?[]> Found, string? Error = null);
