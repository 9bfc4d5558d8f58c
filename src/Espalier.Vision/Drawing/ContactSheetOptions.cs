using Espalier.Core;

namespace Espalier.Vision;

/// <summary>The layout of a <see cref="ContactSheet"/>.</summary>
internal sealed record ContactSheetOptions
{
    /// <summary>Pictures a row, 1…100; 0 for a sheet that is about as wide as it is high.</summary>
    /// <value>0.</value>
    public int Columns { get; init; }

    /// <summary>Pixels a cell, across, 16…4096.</summary>
    /// <value>320.</value>
    public int CellWidth { get; init; } = 320;

    /// <summary>Pixels a cell, down, without the caption, 16…4096.</summary>
    /// <value>240.</value>
    public int CellHeight { get; init; } = 240;

    /// <summary>Pixels a dot of the captions' letters, 1…20.</summary>
    /// <value>2.</value>
    public int CaptionScale { get; init; } = 2;

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        OptionException.ThrowIfOutside(Columns, 0, 100, "The number of columns");
        OptionException.ThrowIfOutside(CellWidth, 16, 4096, "The cell width");
        OptionException.ThrowIfOutside(CellHeight, 16, 4096, "The cell height");
        OptionException.ThrowIfOutside(CaptionScale, 1, 20, "The caption scale");
    }
}
