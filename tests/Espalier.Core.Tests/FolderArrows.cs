using System.Text.RegularExpressions;

namespace Espalier.Core.Tests;

/// <summary>
/// Which folders of a project use which: by a using directive, by a name that is qualified in part (<c>Native.Devices</c>), or, of the
/// namespaces around their own, by the bare name of a type.
/// </summary>
internal static partial class FolderArrows
{
    /// <summary>For every arrow, one file that makes it.</summary>
    public static Dictionary<(string From, string To), string> Of(IReadOnlyList<SourceFile> files)
    {
        var types = files.GroupBy(file => file.Folder).ToDictionary(
            folder => folder.Key,
            folder => folder.SelectMany(file => Declaration().Matches(Code(file.Text)).Select(match => match.Groups[1].Value)).ToHashSet());
        var arrows = new Dictionary<(string, string), string>();
        foreach (var file in files)
        {
            var code = Code(file.Text);
            var usings = Using().Matches(code).Select(match => match.Groups[1].Value).ToList();
            var names = Name().Matches(code).Select(match => match.Value).ToHashSet();
            foreach (var (folder, declared) in types)
            {
                if (folder == file.Folder) continue;
                var last = folder[(folder.LastIndexOf('.') + 1)..];
                var isAround = file.Folder.StartsWith(folder + ".", StringComparison.Ordinal);
                if (usings.Any(used => used == folder || declared.Any(type => used == $"{folder}.{type}"))
                    || names.Any(name => name.Split('.') is [var first, .. var rest]
                        && ((isAround && declared.Contains(first)) || (first == last && rest.Length > 0 && declared.Contains(rest[0])))))
                    arrows.TryAdd((file.Folder, folder), file.Path);
            }
        }

        return arrows;
    }

    /// <summary>A shortest cycle, as arrows with their files; null where there is none.</summary>
    public static string? FindCycle(Dictionary<(string From, string To), string> arrows)
    {
        var ways = arrows.Keys.Order().ToLookup(arrow => arrow.From, arrow => arrow.To);
        var cycles = ways.Select(start => Way(start.Key)).Where(way => way is not null).OrderBy(way => way!.Count);
        return cycles.FirstOrDefault() is { } found
            ? string.Join(", ", found.Zip(found.Skip(1), (from, to) => $"{from} -> {to} ({arrows[(from, to)]})"))
            : null;

        // Breadth first, back to where it began.
        List<string>? Way(string start)
        {
            var (queue, seen) = (new Queue<List<string>>([[start]]), new HashSet<string>());
            while (queue.TryDequeue(out var way))
            {
                foreach (var next in ways[way[^1]])
                {
                    if (next == start) return [.. way, next];
                    if (seen.Add(next)) queue.Enqueue([.. way, next]);
                }
            }

            return null;
        }
    }

    /// <summary>Without comments and what stands in quotes.</summary>
    private static string Code(string text) => Quoted().Replace(Comment().Replace(text, ""), "\"\"");

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    [GeneratedRegex("\"(\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\busing (?:static )?([\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?: struct)?|delegate [\w<>?]+) (\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.\w+)*")]
    private static partial Regex Name();
}
