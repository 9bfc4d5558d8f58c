using Espalier.Reports.Drawing;
using Espalier.Reports.Mistakes;
using Espalier.Reports.Plots;
using Espalier.Vision;

namespace Espalier.Reports;

/// <summary>The pictures of how well whole house numbers are read: accuracy against coverage, and the worst mistakes.</summary>
internal static class NumberPictures
{
    /// <summary>Writes <c>number_curve.png</c> and <c>number_mistakes.png</c>. What cannot be drawn or written is a note.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="numbers">Every validated picture's number.</param>
    /// <param name="accuracy">What came of them.</param>
    /// <param name="classNames">The names of classes 0, 1, ….</param>
    /// <param name="note">Told what could not be drawn.</param>
    public static void Write(string folder, IReadOnlyList<JudgedNumber> numbers, NumberAccuracy accuracy, IReadOnlyList<string> classNames,
        Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(accuracy);
        PictureFile.Write(Path.Combine(folder, "number_curve.png"), note, () => CoveragePlot.Draw(accuracy));
        PictureFile.Write(Path.Combine(folder, "number_mistakes.png"), note, () => NumberMistakeSheet.Draw(numbers, classNames));
    }
}
