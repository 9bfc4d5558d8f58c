using System.Globalization;

namespace Espalier.Core;

/// <summary>What Linux says in files about the processors of the process.</summary>
internal static class LinuxProcessors
{
    /// <summary>Reads a file of the system; null where there is none, or it is not for us.</summary>
    public static string? System(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The processors.</summary>
    /// <param name="read">Gives a file's text; null where there is none.</param>
    public static AvailableProcessors Read(Func<string, string?> read)
    {
        var online = Numbers(read("/sys/devices/system/cpu/online")) ?? [];
        var allowed = Numbers(StatusLine(read("/proc/self/status"), "Cpus_allowed_list:")) ?? online;

        // A sandbox may show none of these files; .NET asks the system's calls.
        var affinity = allowed.Length > 0 ? allowed.Length : Environment.ProcessorCount;
        var (machine, cores) = (Math.Max(online.Length, affinity), Math.Min(Cores(allowed, read), affinity));
        return new AvailableProcessors(machine, affinity, cores, ControlGroups.Quota(read));
    }

    /// <summary>Numbers as Linux lists them: <c>0-3,8</c>; null where the text is no such list.</summary>
    public static int[]? Numbers(string? list)
    {
        const int MostNumbers = 1 << 16;
        if (string.IsNullOrWhiteSpace(list)) return null;
        List<int> numbers = [];
        foreach (var range in list.Trim().Split(','))
        {
            var ends = range.Split('-');
            if (ends.Length > 2 || !TryParse(ends[0], out var first) || !TryParse(ends[^1], out var last)) return null;
            if (last < first || last >= MostNumbers) return null;
            numbers.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return [.. numbers];
    }

    /// <summary>How many cores some processors lie on; all of them, where the system does not say which share one.</summary>
    private static int Cores(int[] processors, Func<string, string?> read)
    {
        if (processors.Length == 0) return int.MaxValue;
        return processors.Select(processor => Siblings(processor, read)).Distinct().Count();
    }

    /// <summary>The processors that share a core with one, as the system lists them; it alone, where the system does not say.</summary>
    private static string Siblings(int processor, Func<string, string?> read)
    {
        var number = processor.ToString(CultureInfo.InvariantCulture);
        return read($"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")?.Trim() ?? number;
    }

    private static string? StatusLine(string? status, string name) =>
        status?.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
