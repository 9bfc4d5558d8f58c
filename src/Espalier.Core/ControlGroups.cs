using System.Globalization;

namespace Espalier.Core;

/// <summary>
/// The limits of Linux's control groups, of both versions, on the time of processors. Each group's limit holds for all groups in it, so
/// that the way up to the root is walked and the least one counts.
/// </summary>
internal static class ControlGroups
{
    private const string UnifiedType = "cgroup2";
    private const string ProcessorController = "cpu";

    /// <summary>Processors' worth of time, above 0; null where no group limits it.</summary>
    /// <param name="read">Gives a file's text; null where there is none.</param>
    public static double? Quota(Func<string, string?> read)
    {
        var mounts = Mounts(read("/proc/self/mountinfo")).ToArray();
        double? least = null;
        foreach (var (controllers, path) in Memberships(read("/proc/self/cgroup")))
        {
            var isUnified = controllers.Length == 0;
            if (!isUnified && !controllers.Contains(ProcessorController)) continue;
            foreach (var folder in mounts.Where(mount => mount.IsUnified == isUnified).SelectMany(mount => WayUp(mount, path)))
            {
                var quota = isUnified ? Unified(read(folder + "/cpu.max")) : Legacy(folder, read);
                if (quota is not null && !(quota >= least)) least = quota;
            }
        }

        return least;
    }

    /// <summary>A group's folder and those around it, up to what the mount shows as its root.</summary>
    private static IEnumerable<string> WayUp(Mount mount, string path)
    {
        // In a container the mount may show a part of the tree alone: the group's path is then one below the mount's root.
        var below = mount.Root == "/" ? path
            : path == mount.Root || path.StartsWith(mount.Root + "/", StringComparison.Ordinal) ? path[mount.Root.Length..]
            : "";
        for (below = below.TrimEnd('/'); below.Length > 0; below = below[..below.LastIndexOf('/')]) yield return mount.Point + below;
        yield return mount.Point;
    }

    /// <summary>Version 2: <c>quota period</c> in microseconds, or <c>max period</c>.</summary>
    private static double? Unified(string? text) =>
        text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var quota, var period] ? Ratio(quota, period) : null;

    /// <summary>Version 1: two files; a quota of −1 is none.</summary>
    private static double? Legacy(string folder, Func<string, string?> read) =>
        (read(folder + "/cpu.cfs_quota_us"), read(folder + "/cpu.cfs_period_us")) is ({ } quota, { } period) ? Ratio(quota, period) : null;

    private static double? Ratio(string quota, string period) =>
        long.TryParse(quota.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var granted)
        && long.TryParse(period.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var of) && granted > 0 && of > 0
            ? (double)granted / of
            : null;

    /// <summary>The groups of the process: <c>number:controllers:path</c>, without controllers in version 2.</summary>
    private static IEnumerable<(string[] Controllers, string Path)> Memberships(string? text)
    {
        foreach (var line in Lines(text))
        {
            if (line.Split(':', 3) is [_, var controllers, var path] && path.StartsWith('/'))
                yield return (controllers.Split(',', StringSplitOptions.RemoveEmptyEntries), path);
        }
    }

    /// <summary>Where groups of version 2 are mounted, and those of version 1 for processors (proc(5), <c>mountinfo</c>).</summary>
    private static IEnumerable<Mount> Mounts(string? text)
    {
        foreach (var line in Lines(text))
        {
            // 36 35 98:0 /root /point options … - type source options
            if (line.Split(" - ", 2) is not [var left, var right]) continue;
            if (left.Split(' ') is not [_, _, _, var root, var point, ..] || right.Split(' ') is not [var type, _, var options]) continue;
            var isUnified = type == UnifiedType;
            var isLegacy = type == "cgroup" && options.Split(',').Contains(ProcessorController);
            if (isUnified || isLegacy) yield return new Mount(root, point, isUnified);
        }
    }

    private static string[] Lines(string? text) => text?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A mounted tree of groups.</summary>
    /// <param name="Root">The group that is seen as its root.</param>
    /// <param name="Point">The folder.</param>
    /// <param name="IsUnified">Whether it is of version 2.</param>
    private readonly record struct Mount(string Root, string Point, bool IsUnified);
}
