using Espalier.Reports.Drawing;

namespace Espalier.Reports.Plots;

/// <summary>Accuracy against what is kept of a network.</summary>
/// <param name="Title">Above the chart.</param>
/// <param name="Measure">What accuracy is, such as <c>mAP50</c>.</param>
/// <param name="Whole">The whole network's accuracy, 0…1.</param>
/// <param name="Lines">At least one, each with at least one point.</param>
/// <param name="Cliff">The stretch in which accuracy falls the most; null if there is none to show.</param>
internal sealed record TradeOff(string Title, string Measure, double Whole, IReadOnlyList<TradeOffLine> Lines,
    (double Above, double Below)? Cliff = null)
{
    /// <summary>Draws it as a PNG. What cannot be written is a note.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="note">Told what could not be drawn.</param>
    public void Save(string path, Action<string> note) => PictureFile.Write(path, note, () => TradeOffPlot.Draw(this));
}

/// <summary>One way of cutting.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">What is kept, 0…1, and the accuracy there, 0…1.</param>
internal sealed record TradeOffLine(string Name, IReadOnlyList<(double Kept, double Accuracy)> Points);
