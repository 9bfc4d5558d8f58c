using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Yolo;

namespace Espalier.Datasets.Svhn;

/// <summary>
/// Turns folders of SVHN's format 1 into a YOLO folder: <c>images/SPLIT/SOURCE_NUMBER.png</c>, <c>labels/SPLIT/SOURCE_NUMBER.txt</c>
/// with boxes as shares of the photo's size (the paper's section 3.2), and a <c>data.yaml</c> with the ten digits.
/// </summary>
internal static class SvhnConverter
{
    /// <summary>Converts; the output folder appears whole or not at all.</summary>
    /// <param name="sources">One or more folders.</param>
    /// <param name="output">The folder to write: not there yet, or empty.</param>
    /// <param name="rule">Which photo goes where; <see cref="SplitRule.EveryTenth"/> where null.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Hears how far it is, from several threads.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <remarks>What is done about photos and boxes that cannot be used is in <see cref="DatasetConversion"/>.</remarks>
    /// <exception cref="EspalierException">
    /// A digitStruct.mat cannot be read, two sources share a name, a split ends up without a photo, a photo belongs to two splits,
    /// or the output folder is not empty, cannot be written or lies within a source.
    /// </exception>
    public static ConversionReport Convert(
        IReadOnlyList<SvhnSource> sources, string output, SplitRule? rule = null, ConversionOptions? options = null,
        IProgress<PhotoProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        rule ??= SplitRule.EveryTenth;
        options ??= new ConversionOptions();
        CheckSources(sources, rule);
        IReadOnlyList<string> inputs = [.. sources.Select(source => source.Folder)];
        OutputFolder.Check(output, options.Overwrite, inputs);
        var twice = new List<Finding>();
        var planned = Plan(sources, rule, twice, out var unassigned, cancellationToken);
        foreach (var split in rule.Splits)
        {
            if (planned.All(photo => photo.Split != split.Name))
                throw new EspalierException($"The split '{split}' takes none of the photos.");
        }

        var order = rule.Splits.Select(split => split.Name).ToList();
        var listing = new DatasetListing(new SvhnFormat(), SvhnFormat.Digits, [.. planned.OrderBy(photo => order.IndexOf(photo.Split))],
            twice, inputs);
        var remark = string.Join('\n', rule.Splits.Select(split => split.ToString())
            .Prepend("Street View House Numbers, from digitStruct.mat; the class is the digit."));
        return DatasetConversion.Convert(listing, new YoloFormat(), output, options with { Remark = remark }, progress,
            cancellationToken) with
        { Unassigned = unassigned };
    }

    private static void CheckSources(IReadOnlyList<SvhnSource> sources, SplitRule rule)
    {
        if (sources.Count == 0) throw new EspalierException("There is nothing to convert: no folder was given.");
        foreach (var source in sources)
        {
            if (sources.Count(other => other.Name == source.Name) > 1)
                throw new EspalierException($"Two folders are called '{source.Name}', so their photos would be too; rename one.");
        }

        rule.CheckSources(sources);
    }

    private static List<ListedPhoto> Plan(
        IReadOnlyList<SvhnSource> sources, SplitRule rule, List<Finding> twice, out int unassigned, CancellationToken cancellationToken)
    {
        var planned = new List<ListedPhoto>();
        var targets = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        unassigned = 0;
        foreach (var source in sources)
        {
            foreach (var entry in DigitStruct.Read(source.DigitStructFile, cancellationToken))
            {
                var stem = Path.GetFileNameWithoutExtension(entry.FileName);
                var photo = SvhnFormat.Listed(source, rule.SplitOf(source.Name, stem) ?? "", entry) with { Name = $"{source.Name}_{stem}" };
                if (photo.Split.Length == 0) unassigned++;
                else if (targets.Add(photo.Name)) planned.Add(photo);
                else twice.Add(new Finding(FindingKind.PhotoListedTwice, photo.Split, photo.Path, "",
                    "is in digitStruct.mat twice: taken once"));
            }
        }

        return planned;
    }
}
