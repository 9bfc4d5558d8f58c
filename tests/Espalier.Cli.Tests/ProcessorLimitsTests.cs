using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Tests;
using Espalier.Core;

namespace Espalier.Tests;

/// <summary>Threads of a process that may not use the whole machine: <c>espalier doctor</c> in a child process with such limits.</summary>
public class ProcessorLimitsTests
{
    private const string LegacyGroups = "/sys/fs/cgroup/cpu";
    private const string UnifiedGroups = "/sys/fs/cgroup";

    [Fact]
    public async Task Under_an_affinity_to_one_processor_there_is_one_thread()
    {
        Assert.SkipUnless(HasProgram("taskset"), "skipped: taskset not present");
        Assert.SkipUnless(AvailableProcessors.Current.Affinity > 1, "skipped: this process may use one processor alone");
        var allowed = LinuxProcessors.Numbers(File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal)).Split(':')[1])!;

        var found = await Threads(["taskset", "-c", allowed[^1].ToString(CultureInfo.InvariantCulture)]);

        Assert.StartsWith("1 for arithmetic, 1 for pictures: ", found, StringComparison.Ordinal);
        Assert.Contains("affinity leaves 1", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "inner")]
    [InlineData("outer", "inner")]
    public async Task In_a_group_whose_quota_is_one_processor_or_in_a_group_within_it_there_is_one_thread(string limited, string entered)
    {
        Assert.SkipUnless(AvailableProcessors.Current.Count > 1, "skipped: this process may use one processor alone");
        using var group = ChildGroup.TryCreate(limited, entered);
        Assert.SkipWhen(group is null, "skipped: the system lets no control group for processors be made");

        var found = await Threads(["sh", "-c", $"echo $$ > {group.Members} && exec \"$@\"", "sh"]);

        Assert.StartsWith("1 for arithmetic, 1 for pictures: ", found, StringComparison.Ordinal);
        Assert.EndsWith("the control group's quota grants the time of 1", found, StringComparison.Ordinal);
    }

    private static async Task<string> Threads(string[] launcher)
    {
        using var workspace = new Workspace();
        Directory.CreateDirectory(workspace.Root);
        using var child = ChildCommand.StartUnder(launcher, workspace.Root, "doctor", "--json");
        using var report = JsonDocument.Parse(await child.RequireSuccess(TestContext.Current.CancellationToken));
        return report.RootElement.GetProperty("findings").EnumerateArray()
            .Single(finding => finding.GetProperty("subject").GetString() == "threads").GetProperty("found").GetString()!;
    }

    private static bool HasProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>A control group of its own, with the time of one processor, and one in it; gone afterwards.</summary>
    private sealed class ChildGroup : IDisposable
    {
        private readonly string[] _folders;

        private ChildGroup(string[] folders, string members) => (_folders, Members) = (folders, members);

        /// <summary>The file by which a process enters.</summary>
        public string Members { get; }

        /// <summary>The group; null where the system allows none, or has no limits on processors in it.</summary>
        /// <param name="limited">The group in it that has the limit; empty for itself.</param>
        /// <param name="entered">The group in that one, which the process enters.</param>
        public static ChildGroup? TryCreate(string limited, string entered)
        {
            var isLegacy = File.Exists(LegacyGroups + "/cpu.cfs_quota_us");
            var first = Path.Combine(isLegacy ? LegacyGroups : UnifiedGroups, $"espalier-test-{Guid.NewGuid():N}");
            string[] folders = [first, Path.Combine(first, limited), Path.Combine(first, limited, entered)];
            var group = new ChildGroup([.. folders.Distinct()], Path.Combine(folders[2], "cgroup.procs"));
            try
            {
                if (!isLegacy && !File.Exists(UnifiedGroups + "/cgroup.procs")) return null;
                foreach (var folder in group._folders) Directory.CreateDirectory(folder);
                if (isLegacy) File.WriteAllText(folders[1] + "/cpu.cfs_quota_us", "100000");
                else File.WriteAllText(folders[1] + "/cpu.max", "100000 100000");
                return group;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                group.Dispose();
                return null;
            }
        }

        public void Dispose()
        {
            foreach (var folder in _folders.Reverse().Where(Directory.Exists))
            {
                try
                {
                    Directory.Delete(folder); // rmdir: the files in it are the system's.
                }
                catch (IOException)
                {
                    // A group that still holds a process stays.
                }
            }
        }
    }
}
