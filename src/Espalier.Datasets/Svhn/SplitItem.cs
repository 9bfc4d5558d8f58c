using System.Globalization;
using System.IO.Enumeration;
using Espalier.Core;

namespace Espalier.Datasets.Svhn;

/// <summary>Some photos of a source, or of any: <c>FOLDER</c> or <c>FOLDER:PATTERN</c>, see <see cref="SplitRule"/>.</summary>
internal sealed record SplitItem
{
    private readonly string _pattern;
    private readonly bool _negated;
    private readonly (long First, long Last)? _range;

    private SplitItem(string source, string pattern)
    {
        Source = source;
        // ! is the older sign; an interactive shell takes it for its history even between double quotes.
        _negated = pattern.StartsWith('^') || pattern.StartsWith('!');
        _pattern = _negated ? pattern[1..] : pattern;
        _range = ParseRange(_pattern);
    }

    /// <summary>The source's name, or <c>*</c> for any.</summary>
    public string Source { get; }

    /// <summary>Whether the item takes a photo.</summary>
    public bool Takes(string source, string stem) =>
        (Source == "*" || Source == source) && Matches(stem) != _negated;

    /// <summary>The item as it is written.</summary>
    public override string ToString() => $"{Source}:{(_negated ? "^" : "")}{_pattern}";

    internal static SplitItem Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var item = colon < 0 ? new SplitItem(text, "*") : new SplitItem(text[..colon], text[(colon + 1)..]);
        if (item.Source.Length > 0 && item._pattern.Length > 0) return item;
        throw new OptionException($"'{text}' does not say which photos; "
            + $"it should read folder, folder:12, folder:1-200, folder:*0 or folder:^*0.");
    }

    private bool Matches(string stem)
    {
        if (_range is not { } range) return FileSystemName.MatchesSimpleExpression(_pattern, stem, ignoreCase: false);
        return long.TryParse(stem, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= range.First
            && number <= range.Last;
    }

    private static (long First, long Last)? ParseRange(string pattern)
    {
        var dash = pattern.IndexOf('-', StringComparison.Ordinal);
        var first = dash < 0 ? pattern : pattern[..dash];
        var last = dash < 0 ? pattern : pattern[(dash + 1)..];
        if (!long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)) return null;
        if (!long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to)) return null;
        return from <= to
            ? (from, to) : throw new OptionException($"'{pattern}' is an empty range of numbers; the smaller one comes first.");
    }
}
