using System.Globalization;

namespace Espalier.Datasets.Formats;

/// <summary>File names of copies: photos of several folders may share a name,
/// and photos of one may differ in their endings alone.</summary>
internal static class UniqueName
{
    /// <summary>A name, with its ending, that no photo of the split has yet.</summary>
    /// <param name="taken">What is taken; the name is added.</param>
    /// <param name="split">The split.</param>
    /// <param name="photo">The photo.</param>
    public static string Of(HashSet<string> taken, string split, LabelledPhoto photo) =>
        Of(taken, split, photo.Name) + Path.GetExtension(photo.Path);

    /// <summary>A name without an ending that no photo of the split has yet.</summary>
    /// <param name="taken">What is taken, as <c>SPLIT/NAME</c>; the name is added.</param>
    /// <param name="split">The split.</param>
    /// <param name="name">The name that is wanted.</param>
    public static string Of(HashSet<string> taken, string split, string name)
    {
        var candidate = name;
        for (var number = 2; !taken.Add($"{split}/{candidate}"); number++)
            candidate = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
        return candidate;
    }
}
