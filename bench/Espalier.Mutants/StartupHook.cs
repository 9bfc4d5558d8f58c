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
        var reached = new bool[wanted.Max() + 1];
        if (!File.Exists(results)) RunWithout();
        var plain = File.ReadLines(results).First().Split(' ');
        var most = Math.Max(long.Parse(plain[1], CultureInfo.InvariantCulture) * 5, 1_000_000);
        var known = plain[2].Split(',').ToHashSet();
        using var output = new StreamWriter(results, append: true) { AutoFlush = true };
        Console.SetOut(TextWriter.Null);
        var current = first;

        // The runner ends the process where a failed test left threads.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => output.WriteLine(Environment.ExitCode == 0 ? "" : $"{current} {Failed()}");
        foreach (var number in wanted.Where(number => number >= first))
        {
            current = number;
            output.WriteLine($"{number} begun");
            output.WriteLine($"{number} {(!known.Contains($"{number}") ? "unreached" : Run(number, most) == 0 ? "survived" : Failed())}");
        }

        Environment.Exit(0);

        string Failed() => (long)Field("Calls").GetValue(null)! > most ? "endless" : "killed";

        void RunWithout()
        {
            Field("Reached").SetValue(null, reached);
            using var said = new StringWriter();
            Console.SetOut(said);
            var code = Run(-1, long.MaxValue);
            Field("Reached").SetValue(null, Array.Empty<bool>());
            if (code != 0)
            {
                Console.Error.WriteLine(said);
                Environment.Exit(1);
            }

            File.WriteAllText(results, $"-1 {Field("Calls").GetValue(null)} {string.Join(',', reached.Index().Where(mutant => mutant.Item)
                .Select(mutant => mutant.Index))}\n");
        }

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
