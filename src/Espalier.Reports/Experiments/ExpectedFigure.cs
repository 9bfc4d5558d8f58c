namespace Espalier.Reports.Experiments;

/// <summary>A figure that was expected, beside what came out.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Figure">Which of its figures.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Tolerance">By how much it may be more or less; 0 for what is exact.</param>
/// <param name="Found">What it is.</param>
internal sealed record ExpectedFigure(string Model, string Figure, double Expected, double Tolerance, double Found)
{
    /// <summary>The heads of a table of them.</summary>
    public static IReadOnlyList<string> Heads { get; } = ["model", "figure", "expected", "tolerance", "found", "verdict"];

    /// <summary>Whether what was found is as near as it should be.</summary>
    public bool Holds => Math.Abs(Found - Expected) <= Tolerance;

    /// <summary>Its row of the table.</summary>
    public string[] Cells =>
    [
        Model, Figure, Number(Expected), Tolerance == 0 ? "exact" : Number(Tolerance), Number(Found),
        Holds ? "as expected" : $"differs: {Number(Math.Abs(Found - Expected))} {(Found > Expected ? "more" : "less")}",
    ];

    // Parameters and operations are counted, the others are shares.
    private string Number(double value) => Expected < 10 ? Invariant($"{value:0.0000}") : Invariant($"{value:N0}");
}
