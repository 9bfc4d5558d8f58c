using System.Diagnostics.CodeAnalysis;
using Espalier.Core;

namespace Espalier.Reports.Drawing;

/// <summary>Writes pictures whole or not at all; where that fails there is a note instead.</summary>
internal static class PictureFile
{
    /// <summary>Draws a picture and writes it; one that is null removes the file.</summary>
    public static void Write(string path, Action<string> note, Func<Sheet?> draw) => Try($"'{path}'", note, () =>
    {
        using var sheet = draw();
        if (sheet is null) File.Delete(path);
        else AtomicFile.WriteAllBytes(path, sheet.ToPng());
    });

    /// <summary>Tries something that is not worth a run's end.</summary>
    [SuppressMessage("Design", "CA1031",
        Justification = "Hours of training must not be lost to a picture of them, whatever is wrong with it.")]
    public static void Try(string what, Action<string> note, Action act)
    {
        try
        {
            act();
        }
        catch (EspalierException exception)
        {
            note(exception.Message);
        }
        catch (Exception exception)
        {
            note($"{what} was not drawn: {FileProblem.Reason(exception)}");
        }
    }
}
