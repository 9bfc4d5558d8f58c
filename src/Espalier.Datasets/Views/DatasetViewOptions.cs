using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Datasets.Views;

/// <summary>Which photos a contact sheet shows, and how large.</summary>
internal sealed record DatasetViewOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    public static OptionTable<DatasetViewOptions> Table { get; } = new();

    /// <summary>The largest <see cref="Count"/>.</summary>
    public const int Most = 1000;

    /// <summary>How many photos, 1…<see cref="Most"/>; all where there are fewer.</summary>
    /// <value>24.</value>
    [Option("--count", "How many of them", 1, Most, Called = "The number of photos")]
    public int Count { get; init; } = 24;

    /// <summary>Which: the same seed takes the same photos of the same split.</summary>
    /// <value>0.</value>
    [SeedOption("Which of them: the same seed takes the same ones", Called = "The seed")]
    public int Seed { get; init; }

    /// <summary>Photos a row, 1…100; 0 for a sheet that is about as wide as it is high.</summary>
    /// <value>0.</value>
    [Option("--columns", "Photos a row; 0 for a sheet about as wide as high", 0, 100, Called = "The number of columns")]
    public int Columns { get; init; }

    /// <summary>Pixels a photo, across, 64…4096; smaller photos are enlarged to it.</summary>
    /// <value>320.</value>
    [Option("--cell-width", "Pixels a photo, across; smaller photos are enlarged", 64, 4096, Called = "The width of a photo")]
    public int CellWidth { get; init; } = 320;

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate() => Table.Validate(this);
}
