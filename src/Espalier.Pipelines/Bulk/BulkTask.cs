using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>What is done with every photo.</summary>
/// <param name="Command">The command that does it.</param>
/// <param name="ModelDigest">The model's SHA-256.</param>
/// <param name="Words">All options that change what comes of it, as words of that command.</param>
/// <param name="Columns">What is said of each thing that is found.</param>
/// <param name="Look">Does it: a row for each thing; may be called by several threads at once.</param>
internal sealed record BulkTask(string Command, string ModelDigest, string Words, IReadOnlyList<ResultColumn> Columns,
    Func<Picture, IReadOnlyList<object?[]>> Look);
