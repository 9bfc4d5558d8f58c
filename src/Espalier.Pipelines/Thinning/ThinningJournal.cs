using Espalier.Core;
using Espalier.Pipelines.Experiments;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Thinning;

/// <summary>What a thinning's folder was begun with. Its stages tell by themselves whether they are done.</summary>
/// <param name="Options">The words that asked for it, data aside.</param>
/// <param name="Sources">The dense network's file.</param>
/// <param name="Data">The data.yaml, by its full path; null where an older version wrote the journal.</param>
internal sealed record ThinningJournal(string Options, RunSources Sources, string? Data = null)
{
    /// <summary>
    /// Begins a folder's journal, or holds what is wanted against the one that is there. How far to go and how much to lose may change.
    /// </summary>
    /// <exception cref="EspalierException">The folder holds a thinning with other options or of another network.</exception>
    public static void Begin(ThinFolder folder, ThinOptions wanted)
    {
        var sources = new TrainingOptions { Data = wanted.Data, Weights = wanted.Weights };
        wanted = wanted with { Data = Path.GetFullPath(wanted.Data) };
        if (StageFile.Read<ThinningJournal>(folder.Journal) is not { } there)
        {
            StageFile.Write(folder.Journal, new ThinningJournal(wanted.ToWords(), RunSources.Of(sources), wanted.Data));
            return;
        }

        var start = new ThinOptions { Data = there.Data ?? wanted.Data, Weights = wanted.Weights };
        var begun = ThinOptions.Table.Parse(there.Options, start) with
        {
            Weights = wanted.Weights,
            Lose = wanted.Lose,
            Cuts = wanted.Cuts,
        };
        if (ThinOptions.Table.Differences(wanted, begun).FirstOrDefault() is { } difference)
            throw Other($"with other options ({difference})");
        if (there.Sources.Changed(sources) is { } source)
            throw Other($"of another '{source}' than is there now");

        EspalierException Other(string which) => new($"'{folder.Path}' holds a thinning {which}: choose another name, or remove it.");
    }
}
