using Espalier.Core;

namespace Espalier.Datasets.Svhn;

/// <summary>
/// Which photo belongs to which split. Written as <c>name=item,item,…</c> a split, where an item is <c>FOLDER</c> or
/// <c>FOLDER:PATTERN</c>; a photo belongs to the split if any of the items takes it.
/// </summary>
/// <remarks>
/// FOLDER is a source's name, or <c>*</c> for any. PATTERN speaks of the photo's file name without its ending:
/// <c>12</c> or <c>1-200</c> is a number or a range of numbers, <c>*0</c> a name with any beginning (<c>*</c> stands for any
/// characters), and <c>^</c> before a pattern turns it round. So the usual split of SVHN's pictures reads
/// <code>
/// train=photos:1-200,rebuilt:^*0    val=rebuilt:*0    photos=photos:201-256
/// </code>
/// A photo that no split takes is left out; one that two take is refused, for it would be learnt and measured on alike.
/// </remarks>
internal sealed class SplitRule
{
    private static readonly string[] ReservedNames = ["path", "names", "nc", "download"];

    private SplitRule(IReadOnlyList<NamedSplit> splits) => Splits = splits;

    /// <summary>Where none is given: photos whose number ends in 0 are for validation, the others for training.</summary>
    public static SplitRule EveryTenth { get; } = Parse(["train=*:^*0", "val=*:*0"]);

    /// <summary>The splits in the order given.</summary>
    public IReadOnlyList<NamedSplit> Splits { get; }

    /// <summary>Reads a rule, a text a split.</summary>
    /// <exception cref="OptionException">A text is not of the form above, or two have one name.</exception>
    public static SplitRule Parse(IEnumerable<string> texts)
    {
        var splits = texts.Select(NamedSplit.Parse).ToList();
        if (splits.Count == 0) throw new OptionException("A split rule needs at least one split, such as train=photos:1-200.");
        foreach (var split in splits)
        {
            if (ReservedNames.Contains(split.Name))
                throw new OptionException($"A split cannot be called '{split.Name}', which means something else in data.yaml.");
            if (splits.Count(other => other.Name == split.Name) > 1)
                throw new OptionException($"Two splits are called '{split.Name}'; give one of them all the items.");
        }

        return new SplitRule(splits);
    }

    /// <summary>The split that a photo belongs to, or null.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="stem">The photo's file name without its ending.</param>
    /// <exception cref="EspalierException">Two splits take it.</exception>
    public string? SplitOf(string source, string stem)
    {
        string? found = null;
        foreach (var split in Splits)
        {
            if (!split.Takes(source, stem)) continue;
            if (found is not null) throw new EspalierException(
                $"Photo {stem} of {source} belongs to two splits, '{found}' and '{split.Name}'; a photo may be in one only.");
            found = split.Name;
        }

        return found;
    }

    /// <summary>Throws where the rule speaks of a folder that is none of the sources.</summary>
    /// <exception cref="OptionException">It does; the message names the sources.</exception>
    public void CheckSources(IReadOnlyList<SvhnSource> sources)
    {
        foreach (var item in Splits.SelectMany(split => split.Items))
        {
            if (item.Source == "*" || sources.Any(source => source.Name == item.Source)) continue;
            throw new OptionException($"The split rule speaks of '{item.Source}', but the folders are: "
                + $"{string.Join(", ", sources.Select(source => source.Name))}.");
        }
    }
}
