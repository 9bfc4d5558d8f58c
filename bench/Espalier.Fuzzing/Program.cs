using System.Globalization;
using Espalier.Fuzzing;

// fuzz TARGET|all [--inputs N | --minutes N] [--seed N] [--findings FOLDER]: changed inputs for every reader of files and texts.
// Ends with 1 where one was answered by an exception that nobody promised, took a second, or asked for a great deal of memory.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 0 || args.Length % 2 == 0)
{
    Console.Error.WriteLine("usage: fuzz TARGET|all [--inputs N = 1000000 | --minutes N] [--seed N = 1] [--findings FOLDER]");
    Console.Error.WriteLine($"targets: {string.Join(", ", Readers.All.Select(target => target.Name))}");
    return 2;
}

var options = args.Skip(1).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
var limit = options.TryGetValue("--minutes", out var minutes)
    ? new CampaignLimit(long.MaxValue, TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)))
    : new CampaignLimit(Number("--inputs", 1_000_000), TimeSpan.MaxValue);
var findings = options.GetValueOrDefault("--findings", "findings");
var failed = false;
Console.WriteLine("| target | inputs | taken | refused | other exceptions | over 1 s | over 256 MB | the slowest | seconds |");
Console.WriteLine("|-|-:|-:|-:|-:|-:|-:|-:|-:|");
foreach (var target in Readers.All.Where(target => args[0] == "all" || target.Name == args[0]))
{
    var report = new Campaign(target, (ulong)Number("--seed", 1), findings).Run(limit);
    failed |= !report.IsClean;
    Console.WriteLine(report);
}

return failed ? 1 : 0;

long Number(string name, long otherwise)
    => options.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
