using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Pipelines.Bulk;

/// <summary>Where the results of very many photos go, and which part of them this process looks at.</summary>
public sealed record BulkOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<BulkOptions> Table { get; } = new();

    /// <summary>The table to write; its ending says how: <c>.csv</c>, <c>.jsonl</c> (JSON lines) or <c>.parquet</c>.</summary>
    [Option("--output", "Write a table of any number of photos: .csv, .jsonl or .parquet, of folders within folders and archives "
        + "too; killed, it goes on", ValueName = "file", IsPath = true)]
    public string? Output { get; init; }

    /// <summary>Which part of the photos this process looks at, such as <c>2/8</c>.</summary>
    /// <value>Default null: what <c>mpirun</c> or <c>srun</c> gives it; all where none started it.</value>
    [Option("--shard", "The part of the photos that this process looks at; default: what mpirun or srun gives it", ValueName = "k/n",
        Pattern = "^[0-9]{1,9}/[0-9]{1,9}$", Needs = ["--output"], Changes = OptionEffect.Speed)]
    public string? Shard { get; init; }

    /// <summary>How many photos are looked at at once.</summary>
    /// <value>Default 0: one a core that the process may use, or one where there are several processes.</value>
    [Option("--workers", "Photos that are looked at at once; 0 for one a core, or one where several processes share the photos", 0, 1024,
        Needs = ["--output"], Changes = OptionEffect.Speed)]
    public int Workers { get; init; }

    internal Shard ChosenShard => Shard is null ? Bulk.Shard.OfLauncher() : Bulk.Shard.Parse(Shard);

    internal string ChosenOutput => Output ?? throw new OptionException("the results of many photos need an output");

    internal int ChosenWorkers => Workers == 0 && ChosenShard.Count > 1 ? 1 : AvailableProcessors.Current.ThreadsFor(Workers);
}
