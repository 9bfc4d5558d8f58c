namespace Espalier.Pipelines.Bulk;

/// <summary>What a column of a table holds.</summary>
internal enum ResultKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Flag,
}

/// <summary>A column of a table of what was found.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Kind">What it holds: <see cref="string"/>, <see cref="int"/>, <see cref="double"/> or <see cref="bool"/>.</param>
internal sealed record ResultColumn(string Name, ResultKind Kind)
{
    /// <summary>The four columns of a box, in pixels.</summary>
    public static IReadOnlyList<ResultColumn> OfBox { get; } =
        [.. ((string[])["left", "top", "right", "bottom"]).Select(edge => new ResultColumn(edge, ResultKind.Number))];
}
