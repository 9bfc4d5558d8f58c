using System.Globalization;
using System.Text;
using Espalier.Core;
using Espalier.Training.Listeners;
using Espalier.Training.Profiling;

namespace Espalier.Cli.Terminal;

/// <summary>Where a run's time went: phases and slowest nodes as tables, all of it as CSV,
/// and a trace for a browser's tracing page.</summary>
/// <param name="timeline">What was measured.</param>
/// <param name="outcome">The run.</param>
internal sealed class ProfileReport(Timeline timeline, TrainingOutcome outcome)
{
    private const int NodesShown = 12;

    /// <summary>Writes the files into the run's folder and the tables to the terminal.</summary>
    public void Write(TerminalSession terminal)
    {
        var entries = timeline.Entries;
        var phases = entries.Where(entry => entry.Category == TimelineMeasuring.Step).ToList();
        terminal.Output.WriteLine(Table("phase", phases, phases));
        var nodes = entries.Where(entry => entry.Category != TimelineMeasuring.Step).ToList();
        if (nodes.Count > 0) terminal.Output.WriteLine(Table("slowest nodes", nodes.Take(NodesShown), phases));

        var (table, trace) = (outcome.Folder.File("profile.csv"), outcome.Folder.File("trace.json"));
        AtomicFile.WriteAllText(table, Csv(entries));
        timeline.SaveTrace(trace);
        terminal.Output.WriteLine($"All of it: {table}");
        terminal.Output.WriteLine($"Trace, for ui.perfetto.dev or chrome://tracing: {trace}");
    }

    private static string Table(string what, IEnumerable<TimelineEntry> shown, List<TimelineEntry> whole)
    {
        var total = whole.Sum(entry => entry.Total.TotalSeconds);
        return TextTable.Format([what, ">times", ">ms each", ">seconds", ">share"], shown.Select(entry => (string[])
        [
            entry.Category == TimelineMeasuring.Step ? entry.Name : $"{entry.Name}, {entry.Category}",
            entry.Count.ToString(CultureInfo.InvariantCulture),
            (entry.Total.TotalMilliseconds / entry.Count).ToString("0.00", CultureInfo.InvariantCulture),
            entry.Total.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
            (entry.Total.TotalSeconds / total).ToString("0.0 %", CultureInfo.InvariantCulture),
        ]));
    }

    private static string Csv(IEnumerable<TimelineEntry> entries)
    {
        var text = new StringBuilder("category,name,times,seconds\n");
        foreach (var entry in entries)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{entry.Category},\"{entry.Name}\",{entry.Count},{entry.Total.TotalSeconds:0.######}\n");
        }

        return text.ToString();
    }
}
