using Espalier.Core;

namespace Espalier.Cli.Checks;

/// <summary>How many boxes the classes of a data set have, and what to say where they are few.</summary>
internal static class ClassCounts
{
    private const int Fewest = 20, MostNamed = 20;

    /// <summary>Each class with its number of boxes.</summary>
    /// <param name="names">The classes.</param>
    /// <param name="counts">Their boxes, in the same order.</param>
    public static string ToText(IReadOnlyList<string> names, IReadOnlyList<int> counts) =>
        List(names.Zip(counts, (name, count) => Invariant($"{name} ({count:N0})")));

    /// <summary>A note about classes that are too rare to be learned well; null where there is none, or nothing is labelled yet.</summary>
    /// <inheritdoc cref="ToText"/>
    public static string? Note(IReadOnlyList<string> names, IReadOnlyList<int> counts)
    {
        var few = names.Zip(counts).Where(pair => pair.Second < Fewest).ToList();
        if (few.Count == 0 || counts.All(count => count == 0)) return null;
        return Invariant($"Fewer than {Fewest} boxes: {List(few.Select(pair => Invariant($"{pair.First} ({pair.Second})")))}. ")
            + "A class wants 50 to 100 for a first detector.";
    }

    private static string List(IEnumerable<string> entries)
    {
        var all = entries.ToList();
        var more = all.Count > MostNamed ? Invariant($" and {all.Count - MostNamed} more") : "";
        return PlainText.OneLine(string.Join(", ", all.Take(MostNamed)) + more);
    }
}
