using System.Diagnostics;
using System.Globalization;
using Espalier.Core;
using Espalier.Networks;

namespace Espalier.CheckpointKills;

/// <summary>Starts processes that save checkpoints, kills each at a random moment (SIGKILL on Unix), and looks at what is left.</summary>
public static class KillCampaign
{
    /// <summary>The first word of a child's command line; the folder is the second.</summary>
    public const string WriteVerb = "write";

    // Times a save's duration: so kills fall anywhere in one.
    private const int LongestWait = 2;

    // A writer removes what has lain there for ten seconds when it begins; clocks of files are coarse.
    private static readonly TimeSpan TemporariesMayLie = TimeSpan.FromSeconds(10 + 1);

    /// <summary>Kills <paramref name="count"/> children, some at a time.</summary>
    /// <param name="folder">Where the checkpoints go: a folder for each lane.</param>
    /// <param name="checkpoint">What is saved.</param>
    /// <param name="count">How many kills.</param>
    /// <param name="seed">Chooses the moments.</param>
    /// <param name="lanes">How many children live at a time.</param>
    /// <param name="cancellationToken">Ends it between kills.</param>
    public static KillReport Run(string folder, Checkpoint checkpoint, int count, int seed, int lanes,
        CancellationToken cancellationToken = default)
    {
        var reports = new KillReport[lanes];
        Parallel.For(0, lanes, new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = cancellationToken }, lane =>
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, $"lane{lane}")).FullName;
            var kills = count / lanes + (lane < count % lanes ? 1 : 0);
            reports[lane] = RunLane(own, checkpoint, kills, new Random(seed + lane), cancellationToken);
        });
        return reports.Aggregate((first, second) => first + second);
    }

    private static KillReport RunLane(string folder, Checkpoint checkpoint, int count, Random random, CancellationToken cancellationToken)
    {
        CheckpointWriter.WriteFirst(folder, checkpoint);
        var report = new KillReport(0, 0, 0, 0, []);
        var (number, known) = (0, new HashSet<string>());
        while (report.Kills < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = DateTime.UtcNow;
            KillOne(folder, random, cancellationToken);
            var temporaries = Temporaries(folder);
            var problem = Inspect(folder, ref number);
            var stale = temporaries.Where(file => File.GetLastWriteTimeUtc(file) < started - TemporariesMayLie)
                .Select(file => $"{file} was not removed");
            report += new KillReport(1, temporaries.Any(known.Add) ? 1 : 0, problem is null
                ? 0 : 1, temporaries.Length, [.. problem is null ? stale : stale.Prepend(problem)]);
        }

        return report + Sweep(folder);
    }

    /// <summary>A child's life: it saves once, then is killed after a moment.</summary>
    private static void KillOne(string folder, Random random, CancellationToken cancellationToken)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet",
            [typeof(KillCampaign).Assembly.Location, WriteVerb, folder])
        { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("no process was started");
        try
        {
            var line = child.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the child ended before it had saved");
            var milliseconds = int.Parse(line, CultureInfo.InvariantCulture);
            cancellationToken.WaitHandle.WaitOne(random.Next(LongestWait * milliseconds + 1));
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
    }

    /// <summary>Reads the checkpoint as anybody would, hash and all; a sentence where it is not what it must be.</summary>
    private static string? Inspect(string folder, ref int number)
    {
        try
        {
            var found = CheckpointWriter.NumberOf(Checkpoint.Load(CheckpointWriter.PathIn(folder)));
            if (found <= number) return $"{folder}: save {found} was found after save {number} had been read and another had been reported";
            number = found;
            return null;
        }
        catch (EspalierException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Once the rest is old, the next save must leave nothing but the checkpoint.</summary>
    private static KillReport Sweep(string folder)
    {
        foreach (var file in Temporaries(folder)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        Checkpoint.Load(CheckpointWriter.PathIn(folder)).Save(CheckpointWriter.PathIn(folder));
        return new KillReport(0, 0, 0, 0, [.. Temporaries(folder).Select(file => $"{file} was not removed")]);
    }

    private static string[] Temporaries(string folder) => Directory.GetFiles(folder, "*.tmp");
}
