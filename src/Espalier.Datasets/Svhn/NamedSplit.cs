using System.Text.RegularExpressions;
using Espalier.Core;

namespace Espalier.Datasets.Svhn;

/// <summary>One split of a <see cref="SplitRule"/>.</summary>
/// <param name="Name">Letters, digits, <c>-</c> and <c>_</c>: it names folders and a key of data.yaml.</param>
/// <param name="Items">A photo belongs to the split if any of these takes it.</param>
internal sealed partial record NamedSplit(string Name, IReadOnlyList<SplitItem> Items)
{
    /// <summary>Whether a photo belongs to the split.</summary>
    public bool Takes(string source, string stem) => Items.Any(item => item.Takes(source, stem));

    /// <summary>The split as it is written: <c>name=item,item</c>.</summary>
    public override string ToString() => $"{Name}={string.Join(',', Items)}";

    internal static NamedSplit Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !NamePattern().IsMatch(text[..equals]))
        {
            throw new OptionException($"'{text}' is no split; it should read name=folder:numbers, such as train=photos:1-200, the name of "
                + $"letters, digits, - and _.");
        }

        return new NamedSplit(text[..equals], [.. text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries).Select(SplitItem.Parse)]);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
