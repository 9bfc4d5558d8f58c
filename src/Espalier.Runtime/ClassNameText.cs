using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Espalier.Runtime;

/// <summary>Class names out of a file's metadata: a JSON list, or the dictionary or list that Python prints.</summary>
internal static class ClassNameText
{
    /// <summary>More than any detector has.</summary>
    private const int MaximumNames = 100_000;

    /// <summary>The names of a JSON list, or null where the text is none.</summary>
    public static ImmutableArray<string>? FromJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array && root.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. root.EnumerateArray().Select(item => item.GetString()!)]
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The names of <c>{0: 'person', 1: "bicycle"}</c> or <c>['person', 'bicycle']</c>, in order; null where the text is neither.</summary>
    public static ImmutableArray<string>? FromPython(string text)
    {
        var names = new SortedDictionary<int, string>();
        var rest = text.AsSpan().Trim();
        if (rest.Length < 2 || (rest[0], rest[^1]) is not (('{', '}') or ('[', ']'))) return null;
        var isDictionary = rest[0] == '{';
        rest = rest[1..^1].Trim();
        while (rest.Length > 0)
        {
            var key = names.Count;
            if (isDictionary)
            {
                var colon = rest.IndexOf(':');
                if (colon < 0 || !int.TryParse(rest[..colon].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out key)) return null;
                rest = rest[(colon + 1)..].TrimStart();
            }

            if (names.Count == MaximumNames || !TryText(ref rest, out var name) || !names.TryAdd(key, name)) return null;
            rest = rest.TrimStart();
            if (rest.Length == 0) break;
            if (rest[0] != ',') return null;
            rest = rest[1..].TrimStart();
        }

        return names.Count > 0 && names.Keys.Last() == names.Count - 1 ? [.. names.Values] : null;
    }

    /// <summary>Takes a quoted text from the beginning.</summary>
    private static bool TryText(ref ReadOnlySpan<char> rest, out string text)
    {
        text = "";
        if (rest.Length < 2 || rest[0] is not ('\'' or '"')) return false;
        var (quote, builder) = (rest[0], new StringBuilder());
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == quote)
            {
                text = builder.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            if (rest[i] == '\\' && ++i == rest.Length) return false;
            builder.Append(rest[i] is 'n' && rest[i - 1] == '\\' ? '\n' : rest[i]);
        }

        return false;
    }
}
