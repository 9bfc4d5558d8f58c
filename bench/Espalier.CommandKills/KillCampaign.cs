namespace Espalier.CommandKills;

/// <summary>Kills espalier commands at random moments (SIGKILL on Unix) and looks at what is left.</summary>
internal static class KillCampaign
{
    // How many lives go by between two lines of progress.
    private const int LivesALine = 20;

    /// <summary>Kills processes, some at a time.</summary>
    /// <param name="command">The espalier command's path.</param>
    /// <param name="folder">Where everything goes: not there yet, or empty.</param>
    /// <param name="kills">How many kills.</param>
    /// <param name="seed">Chooses commands and moments.</param>
    /// <param name="lanes">How many processes live at a time.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <returns>A row a command.</returns>
    public static IReadOnlyList<KillRow> Run(string command, string folder, int kills, int seed, int lanes, Action<string> progress)
    {
        var references = new References(Child(Path.Combine(folder, "reference")));
        progress("The references are made.");
        var rows = new IReadOnlyList<KillRow>[lanes];
        Parallel.For(0, lanes, new ParallelOptions { MaxDegreeOfParallelism = lanes }, lane =>
        {
            var child = Child(Path.Combine(folder, $"lane{lane}"));
            rows[lane] = RunLane(child, references.Commands(child.Folder, kills / lanes), new Random(seed + lane),
                line => progress($"Lane {lane}: {line}"));
        });
        return [.. rows.Aggregate((first, second) => [.. first.Zip(second, (one, other) => one + other)])];

        EspalierChild Child(string path) => new(command, Directory.CreateDirectory(path).FullName);
    }

    private static KillRow[] RunLane(EspalierChild child, IReadOnlyList<Quarry> commands, Random random, Action<string> progress)
    {
        for (var lives = 1; commands.Sum(command => command.Left) is > 0 and var left; lives++)
        {
            // As many of each to the end: a command's turn comes the likelier, the more of its kills are still to come.
            var choice = random.Next(left);
            commands.First(command => (choice -= command.Left) < 0).Hunt(child, random);
            if (lives % LivesALine == 0) progress(string.Join('\n', commands.SelectMany(Lines)));
        }

        foreach (var command in commands) command.Sweep(child);
        return [.. commands.Select(command => command.Row)];
    }

    private static IEnumerable<string> Lines(Quarry command) => command.Row.Problems.Prepend(command.Row.ToString()!);
}
