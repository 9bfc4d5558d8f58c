using Espalier.Core;

namespace Espalier.Datasets.Views;

/// <summary>Which photos a contact sheet shows, and how large.</summary>
public sealed record DatasetViewOptions
{
    /// <summary>How many photos, 1…1000; all where there are fewer.</summary>
    /// <value>24.</value>
    public int Count { get; init; } = 24;

    /// <summary>Which: the same seed takes the same photos of the same split.</summary>
    /// <value>0.</value>
    public int Seed { get; init; }

    /// <summary>Photos a row, 1…100; 0 for a sheet that is about as wide as it is high.</summary>
    /// <value>0.</value>
    public int Columns { get; init; }

    /// <summary>Pixels a photo, across, 64…4096; smaller photos are enlarged to it.</summary>
    /// <value>320.</value>
    public int CellWidth { get; init; } = 320;

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Count, 1, 1000, "The number of photos");
        OptionException.ThrowIfOutside(Columns, 0, 100, "The number of columns");
        OptionException.ThrowIfOutside(CellWidth, 64, 4096, "The width of a photo");
    }
}
