using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Losses;

namespace Espalier.Training.Thinning;

/// <summary>What the labels need each detection level for: how often they are matched with its anchors
/// (<see cref="TargetAssignment"/>).</summary>
/// <param name="Names">The levels, in the order of the heads.</param>
/// <param name="Matches">Matches of labels with a level's anchors and cells, a number a level.</param>
/// <param name="Labels">How many labels there are of each set of levels, a flag a level, whose anchors they match.</param>
internal sealed record LevelUse(ImmutableArray<string> Names, ImmutableArray<long> Matches, IReadOnlyDictionary<int, int> Labels)
{
    /// <summary>The share of all matches that levels have together and may still be dropped unasked.</summary>
    public const double MostUnneeded = 0.05;

    /// <summary>Counts the matches of pictures as training sees them.</summary>
    /// <param name="detect">Anchors and strides.</param>
    /// <param name="batches">Labelled pictures.</param>
    /// <exception cref="EspalierException">No label matches any anchor.</exception>
    public static LevelUse Count(DetectNode detect, IEnumerable<Batch> batches)
    {
        ArgumentNullException.ThrowIfNull(detect);
        ArgumentNullException.ThrowIfNull(batches);
        var (threshold, matches, labels) = (new LossOptions().AnchorThreshold, new long[detect.Strides.Length], new Dictionary<int, int>());
        foreach (var batch in batches)
        {
            var grids = detect.Strides.Select(stride => (batch.Height / stride, batch.Width / stride)).ToArray();
            foreach (var target in batch.Targets)
            {
                var levels = TargetAssignment.Assign([target], detect, grids, threshold);
                var set = 0;
                for (var level = 0; level < levels.Length; level++)
                {
                    matches[level] += levels[level].Matches.Length;
                    if (levels[level].Matches.Length > 0) set |= 1 << level;
                }

                labels[set] = labels.GetValueOrDefault(set) + 1;
            }
        }

        return matches.Sum() > 0
            ? new LevelUse([.. detect.Strides.Select(DetectionLevels.NameOf)], [.. matches], labels)
            : throw new EspalierException("None of the pictures' labels matches an anchor, so that nothing says which levels they need.");
    }

    /// <summary>The share of all matches that a level has, 0…1.</summary>
    public double ShareOf(int level) => (double)Matches[level] / Matches.Sum();

    /// <summary>The levels that labels hardly need: those with the fewest matches, as long as they have no more than
    /// <see cref="MostUnneeded"/> of them together.</summary>
    public IReadOnlyList<string> Unneeded()
    {
        var (unneeded, left) = (new List<string>(), MostUnneeded);
        foreach (var level in Enumerable.Range(0, Names.Length).OrderBy(ShareOf))
        {
            left -= ShareOf(level);
            if (left < 0) break;
            unneeded.Add(Names[level]);
        }

        return unneeded;
    }

    /// <summary>What is lost with some levels, a record each.</summary>
    /// <param name="dropped">Names of levels that go.</param>
    public ImmutableArray<PlannedLevel> Lost(IReadOnlyCollection<string> dropped)
    {
        ArgumentNullException.ThrowIfNull(dropped);
        var levels = Enumerable.Range(0, Names.Length).Where(level => dropped.Contains(Names[level])).ToArray();
        var (matched, going) = (Labels.Where(entry => entry.Key != 0).Sum(entry => entry.Value), levels.Sum(level => 1 << level));
        return [.. levels.Select(level => new PlannedLevel(Names[level], ShareOf(level), (double)LostWith(level) / matched))];

        long LostWith(int level) =>
            Labels.Where(entry => (entry.Key & ~going) == 0 && (entry.Key & (1 << level)) != 0).Sum(entry => entry.Value);
    }
}
