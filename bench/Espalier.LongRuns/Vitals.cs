using System.Diagnostics;

namespace Espalier.LongRuns;

/// <summary>What a process holds at one moment, or what several moments have in common.</summary>
/// <param name="Resident">Resident memory in MB.</param>
/// <param name="Managed">Managed objects in MB, after a collection.</param>
/// <param name="Handles">Open files, sockets and the like; on macOS 0.</param>
/// <param name="Threads">Threads, of native libraries too.</param>
/// <param name="Files">Files in the watched folders.</param>
internal readonly record struct Vitals(double Resident, double Managed, double Handles, double Threads, double Files)
{
    /// <summary>Collects, and looks.</summary>
    /// <param name="folders">Where files are counted; the system's folder of temporary files is, too.</param>
    public static Vitals Take(IEnumerable<string> folders)
    {
        // All that is free goes back to the system: what the collector keeps for the next moment comes and goes by dozens of megabytes.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return new Vitals(process.WorkingSet64 / 1e6, GC.GetTotalMemory(false) / 1e6, process.HandleCount, process.Threads.Count,
            Directory.EnumerateFileSystemEntries(Path.GetTempPath()).Count()
                + folders.Sum(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count()));
    }

    /// <summary>The median of each number, and the fewest files: what is open or half written for a moment is no growth.</summary>
    /// <param name="samples">At least one.</param>
    public static Vitals Typical(IReadOnlyCollection<Vitals> samples)
    {
        return new Vitals(Of(vitals => vitals.Resident), Of(vitals => vitals.Managed), Of(vitals => vitals.Handles),
            Of(vitals => vitals.Threads), samples.Min(vitals => vitals.Files));

        double Of(Func<Vitals, double> number) => samples.Select(number).Order().ElementAt(samples.Count / 2);
    }
}
