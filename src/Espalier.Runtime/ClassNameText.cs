using System.Collections.Immutable;
using System.Globalization;

namespace Espalier.Runtime;

/// <summary>Class names out of a file's metadata: the dictionary or list that Python prints.</summary>
internal static class ClassNameText
{
    /// <summary>More than any detector has.</summary>
    private const int MaximumNames = 100_000;

    /// <summary>
    /// The names of <c>{0: 'person', 1: 2}</c> or <c>['person', 2]</c>, in order, each as Python's <c>str()</c> prints it; keys are whole
    /// numbers from 0 on, as numbers or as text. Null where the text is neither.
    /// </summary>
    public static ImmutableArray<string>? FromPython(string text) => PythonLiteral.Parse(text) switch
    {
        PythonValue.List { Items.Count: > 0 and <= MaximumNames } list when list.Items.All(item => item is PythonValue.Scalar)
            => [.. list.Items.Cast<PythonValue.Scalar>().Select(item => item.Text)],
        PythonValue.Map { Entries.Count: > 0 and <= MaximumNames } map => Ordered(map),
        _ => null,
    };

    private static ImmutableArray<string>? Ordered(PythonValue.Map map)
    {
        var names = new string?[map.Entries.Count];
        foreach (var (key, value) in map.Entries)
        {
            if (key is not PythonValue.Scalar number || value is not PythonValue.Scalar name) return null;
            if (!int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return null;
            if (index >= names.Length || names[index] is not null) return null;
            names[index] = name.Text;
        }

        return [.. names.Select(name => name!)];
    }
}
