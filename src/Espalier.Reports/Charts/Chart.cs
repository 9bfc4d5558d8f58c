namespace Espalier.Reports.Charts;

/// <summary>What stands around a chart, and its ranges.</summary>
internal sealed record Chart
{
    /// <summary>Above it.</summary>
    public required string Title { get; init; }

    /// <summary>What the horizontal axis counts; may be empty.</summary>
    public string Across { get; init; } = string.Empty;

    /// <summary>What the vertical axis counts; may be empty.</summary>
    public string Up { get; init; } = string.Empty;

    /// <summary>The horizontal range; the second value above the first.</summary>
    public (double From, double To) X { get; init; } = (0, 1);

    /// <summary>The vertical range; the second value above the first.</summary>
    public (double From, double To) Y { get; init; } = (0, 1);

    /// <summary>Whether the horizontal axis counts things.</summary>
    public bool WholeX { get; init; }

    /// <summary>Whether values grow downwards, as a picture's rows do.</summary>
    public bool Downwards { get; init; }

    /// <summary>Texts instead of numbers along the horizontal axis, at 0, 1, 2, ….</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Whether a unit is as long across as up.</summary>
    public bool Square { get; init; }
}
