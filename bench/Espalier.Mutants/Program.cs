using System.Diagnostics;
using System.Globalization;
using Espalier.Mutants;

// mutants [--every N] PROJECT TESTS CLASSES FILE…: small mistakes in the files (paths or patterns below the project's folder), one at a
// time, all or every Nth of them, and which the test classes (patterns, with commas between them) notice. Both are to be built before:
//   dotnet build TESTS -p:EmitCompilerGeneratedFiles=true
// Ends with 1 where a mutant survived.
var every = 1;
var isUnderstood = args is not ["--every", ..] || (int.TryParse(args.ElementAtOrDefault(1), out every) && every > 0);
if (args is ["--every", _, ..]) args = args[2..];
if (!isUnderstood || args.Length < 4)
{
    Console.Error.WriteLine("usage: mutants [--every N] PROJECT TESTS CLASSES FILE…");
    return 2;
}

var project = Path.GetFullPath(args[0]);
var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(args[1]));
var folder = Directory.CreateTempSubdirectory("mutants-").FullName;
try
{
    CopyTests(Path.Combine(Path.GetFullPath(args[1]), "bin", "Debug", "net10.0"), folder);
    string[] files = [.. args[3..].SelectMany(pattern => Directory.EnumerateFiles(
        Path.Combine(project, Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern)))];
    var (all, dropped) = MutantAssembly.Compile(project, folder, files);
    List<Mutant> mutants = [.. all.Where((_, place) => place % every == 0)];
    Console.WriteLine($"{mutants.Count} of {all.Count} mutants; {dropped} more do not compile");
    var verdicts = RunTests(mutants);
    foreach (var mutant in mutants.Where(mutant => verdicts[mutant.Number] is "survived" or "unreached"))
        Console.WriteLine($"{verdicts[mutant.Number]} {mutant}");
    Console.WriteLine("| file | mutants | killed | of these endless | survived | unreached | score |");
    Console.WriteLine("|-|-:|-:|-:|-:|-:|-:|");
    foreach (var group in mutants.GroupBy(mutant => Path.GetFileName(mutant.File))) Row(group.Key, [.. group]);
    Row("together", mutants);
    return verdicts.ContainsValue("survived") || verdicts.ContainsValue("unreached") ? 1 : 0;

    void Row(string title, IReadOnlyCollection<Mutant> rows)
    {
        int Count(params string[] kinds) => rows.Count(mutant => kinds.Contains(verdicts[mutant.Number]));
        var killed = Count("killed", "endless", "crashed");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {title} | {rows.Count} | {killed} "
            + $"| {Count("endless", "crashed")} | {Count("survived")} | {Count("unreached")} | {100.0 * killed / rows.Count:0.0} % |"));
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

Dictionary<int, string> RunTests(List<Mutant> mutants)
{
    var results = Path.Combine(folder, "results.txt");
    var verdicts = new Dictionary<int, string>();
    var numbers = string.Join(',', mutants.Select(mutant => mutant.Number));
    for (var first = mutants[0].Number; ;)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, name + ".dll")]);
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Mutant).Assembly.Location;
        start.Environment["ESPALIER_MUTANTS"] = string.Join('|', [Path.GetFileName(Path.TrimEndingDirectorySeparator(project)),
            first.ToString(CultureInfo.InvariantCulture), numbers, results,
            "-noLogo", "-noColor", "-stopOnFail", "-parallelMode", "none", "-maxThreads", "unlimited",
            .. args[2].Split(',').SelectMany(pattern => new[] { "-class", pattern })]);
        using var process = Process.Start(start)!;
        Watch(process, results);
        string[] lines = File.Exists(results) ? File.ReadAllLines(results) : [];
        foreach (var fields in lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(' ')))
            verdicts[int.Parse(fields[0], CultureInfo.InvariantCulture)] = fields[1];
        if (verdicts.Count == 0) throw new InvalidOperationException("the tests fail without a mutant");

        // A process that ended within its first mutant was ended by it; within another one it may have been by what had gone before.
        var last = verdicts.Keys.Max();
        if (verdicts[last] == "begun" && last != first)
        {
            first = last;
            continue;
        }

        if (verdicts[last] == "begun") verdicts[last] = "crashed";
        if (last == mutants[^1].Number) return verdicts;
        first = mutants.First(mutant => mutant.Number > last).Number;
    }
}

// A mutant that takes a minute of processor time without asking for its switch is ended from outside.
static void Watch(Process process, string results)
{
    var (length, since) = (-1L, TimeSpan.Zero);
    while (!process.WaitForExit(500))
    {
        var now = File.Exists(results) ? new FileInfo(results).Length : 0;
        try
        {
            if (now != length) (length, since) = (now, process.TotalProcessorTime);
            else if (process.TotalProcessorTime - since > TimeSpan.FromMinutes(1)) process.Kill();
        }
        catch (InvalidOperationException) when (process.HasExited)
        {
            return; // It ended between the two questions.
        }
    }
}

static void CopyTests(string from, string to)
{
    foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
    {
        var place = Path.Combine(to, Path.GetRelativePath(from, path));
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Copy(path, place);
    }

    // By itself the runner ends the process ten seconds after its first run.
    File.WriteAllText(Path.Combine(to, "xunit.runner.json"), """{"shutdownForegroundThreadWaitSeconds": 1000000}""");
}
