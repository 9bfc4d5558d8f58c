using System.Text.RegularExpressions;

namespace Espalier.Datasets.Formats;

/// <summary>The split that files and folders are named after.</summary>
internal static partial class SplitName
{
    // The first that a name has counts.
    private static readonly string[] Splits = ["train", "val", "test"];

    /// <summary><c>train</c>, <c>val</c> or <c>test</c>, where a word of a name says so; null where none does.</summary>
    /// <param name="name">Such as <c>instances_train2017</c>, <c>test-dev</c>, <c>instancesVal</c>, <c>TRAIN</c>.</param>
    public static string? In(string name)
    {
        var named = Words().Matches(name).Select(word => Of(word.Value)).ToHashSet();
        return Splits.FirstOrDefault(named.Contains);
    }

    /// <summary>The split that a word by itself means; null where it means none.</summary>
    // Whole words: valve.json is no val, and latest.json no test. COCO's own minival has parts of 2014's val.
    public static string? Of(string word) => word.ToLowerInvariant() switch
    {
        "train" or "training" or "trainval" => "train",
        "val" or "valid" or "validation" or "eval" or "evaluation" or "minival" or "valminusminival" => "val",
        "test" or "testing" => "test",
        _ => null,
    };

    [GeneratedRegex(@"\p{Lu}?\p{Ll}+|\p{Lu}+")]
    private static partial Regex Words();
}
