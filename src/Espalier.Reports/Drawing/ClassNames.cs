using System.Globalization;

namespace Espalier.Reports.Drawing;

/// <summary>What classes are called.</summary>
internal static class ClassNames
{
    /// <summary>A class's name; its number where it has none.</summary>
    public static string Of(int index, IReadOnlyList<string> names) =>
        index < names.Count ? names[index] : index.ToString(CultureInfo.InvariantCulture);
}
