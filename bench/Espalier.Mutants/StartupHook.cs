using System.Globalization;
using System.Reflection;

/// <summary>
/// Runs in the process of the tests, before them: once without a mutant, then once for every mutant that was reached, in one process, so
/// that a mutant costs what its tests cost and no start. The name and its place are the runtime's
/// (<c>DOTNET_STARTUP_HOOKS</c>).
/// </summary>
internal static class StartupHook
{
    /// <summary>Asked for by the runtime.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("ESPALIER_MUTANTS") is not { } setting) return;
        var parts = setting.Split('|');
        var (assembly, first, numbers, results) = (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts[3]);
        var type = Assembly.Load(assembly).GetType("MutantSwitch", throwOnError: true)!;
        var wanted = numbers.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var arguments = parts[4..];
        var main = Assembly.GetEntryAssembly()!.EntryPoint!;
        using var output = new StreamWriter(results, append: true) { AutoFlush = true };
        var reached = new bool[wanted.Max() + 1];
        Field("Reached").SetValue(null, reached);
        using var said = new StringWriter();
        Console.SetOut(said);
        if (Run(-1, long.MaxValue) != 0)
        {
            Console.Error.WriteLine(said);
            output.WriteLine("-1 failed");
            Environment.Exit(1);
        }

        Console.SetOut(TextWriter.Null);

        var most = Math.Max((long)Field("Calls").GetValue(null)! * 100, 1_000_000);
        var known = (bool[])reached.Clone();
        foreach (var number in wanted.Where(number => number >= first))
        {
            output.WriteLine($"{number} begun");
            var verdict = !known[number] ? "unreached" : Run(number, most) == 0 ? "survived"
                : (long)Field("Calls").GetValue(null)! > most ? "endless" : "killed";
            output.WriteLine($"{number} {verdict}");
        }

        Environment.Exit(0);

        FieldInfo Field(string name) => type.GetField(name)!;

        int Run(int active, long limit)
        {
            Field("Active").SetValue(null, active);
            Field("Calls").SetValue(null, 0L);
            Field("Most").SetValue(null, limit);
            var returned = main.Invoke(null, [arguments]);
            return returned switch { int code => code, Task<int> task => task.GetAwaiter().GetResult(), _ => 0 };
        }
    }
}
