using System.CommandLine;

namespace Espalier.Cli.Terminal;

/// <summary>Under which heading the help shows an option.</summary>
internal static class OptionGroups
{
    private const string Usual = "Usual", More = "More";
    private const int MostUsual = 8;

    private static readonly (string Heading, string[] Names)[] Groups =
    [
        ("Data",
        [
            "--train-split", "--split", "--keep-partial", "--class-weights", "--balanced", "--multi-scale", "--flip",
            "--no-autoanchor", "--pictures", "--drop-levels", "--letters", "--decoys", "--box-margin",
        ]),
        ("Sparse training",
        [
            "--sparsity", "--sparsity-target", "--sparsity-step", "--sparsity-schedule", "--sparsity-spread", "--sparsity-on",
            "--sparsity-kernels", "--sparse-storage", "--teacher", "--teacher-weight", "--activation",
        ]),
        ("Machine",
        [
            "--device", "--threads", "--workers", "--shard", "--cache", "--precision", "--sync-bn", "--profile", "--no-latency",
            "--seconds", "--rounds",
        ]),
        ("Output",
        [
            "--project", "--name", "--json", "--no-plots", "--no-pictures", "--save-plots", "--save-pictures", "--save-txt", "--save-conf",
            "--save-csv", "--save-json", "--save-crops", "--overwrite", "--link",
        ]),
        (More,
        [
            "--seed", "--patience", "--freeze", "--optimizer", "--cosine", "--hyp", "--keep-channels", "--threshold", "--round",
            "--fewest", "--uniform", "--raw-scores", "--per-cost", "--blocks", "--keep-shortcuts", "--keep", "--epochs-between",
            "--square", "--agnostic", "--max-detections", "--every", "--fit-reader", "--looks", "--no-second-look", "--evolve",
            "--max-megabytes", "--max-megapixels", "--overlap", "--gap", "--height-ratio", "--fit-confidence", "--keep-a-cut", "--no-int8",
            "--latency-table", "--int8",
        ]),
    ];

    /// <summary>A command's options by heading, the usual ones first; within a heading in the command's order.</summary>
    public static IEnumerable<(string Heading, IReadOnlyList<Option> Options)> Of(Command command)
    {
        var usual = command.Options.Where(option => !option.Hidden && HeadingOf(option) == Usual).ToList();
        yield return (Usual, usual.Take(MostUsual).ToList());
        foreach (var (heading, _) in Groups)
        {
            var options = command.Options.Where(option => !option.Hidden
                && (HeadingOf(option) == heading || heading == More && usual.IndexOf(option) >= MostUsual)).ToList();
            if (options.Count > 0) yield return (heading, options);
        }
    }

    private static string HeadingOf(Option option) =>
        option.Required ? Usual : Array.Find(Groups, group => group.Names.Contains(option.Name)).Heading ?? Usual;
}
