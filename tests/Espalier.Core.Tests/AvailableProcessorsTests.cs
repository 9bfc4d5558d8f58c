using Espalier.Core;

namespace Espalier.Tests.Processors;

/// <summary>How many processors a process may use, from what Linux says in files.</summary>
public class AvailableProcessorsTests
{
    private const string UnifiedMount = "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw\n";
    private const string LegacyMount = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n40 31 0:37 / "
        + "/sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

    [Fact]
    public void A_machine_without_limits_is_used_whole_with_a_thread_a_core()
    {
        var processors = Read(Machine(processors: 8, threadsPerCore: 2));

        Assert.Equal(new AvailableProcessors(8, 8, 4, null), processors);
        Assert.Equal((8, 4, 4, 3), (processors.Count, processors.Threads, processors.ThreadsFor(0), processors.ThreadsFor(3)));
        Assert.Equal("the machine has 8 processors on 4 cores", processors.ToString());
    }

    [Theory]
    [InlineData("0", 1, 1)]
    [InlineData("0-1", 2, 1)]
    [InlineData("0,2,4-5", 4, 3)]
    public void Affinity_leaves_some_processors_and_their_cores(string allowed, int count, int threads)
    {
        var processors = Read(Machine(8, 2, allowed));

        Assert.Equal((count, threads), (processors.Count, processors.Threads));
        Assert.StartsWith($"the machine has 8 processors, affinity leaves {count}", processors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("150000 100000", 2)]
    [InlineData("50000 100000", 1)]
    [InlineData("max 100000", 8)]
    [InlineData("1600000 100000", 8)]
    [InlineData("nonsense", 8)]
    public void A_quota_is_rounded_up_to_whole_threads(string quota, int count)
    {
        var files = Machine(8);
        files["/proc/self/mountinfo"] = UnifiedMount;
        files["/proc/self/cgroup"] = "0::/app\n";
        files["/sys/fs/cgroup/app/cpu.max"] = quota + "\n";

        Assert.Equal((count, count), (Read(files).Count, Read(files).Threads));
    }

    [Fact]
    public void A_group_is_limited_by_all_groups_around_it()
    {
        var files = Machine(8);
        files["/proc/self/mountinfo"] = UnifiedMount;
        files["/proc/self/cgroup"] = "0::/slice/service/inner\n";
        files["/sys/fs/cgroup/slice/service/inner/cpu.max"] = "max 100000\n";
        files["/sys/fs/cgroup/slice/service/cpu.max"] = "600000 100000\n";
        files["/sys/fs/cgroup/slice/cpu.max"] = "250000 100000\n";

        Assert.Equal(2.5, Read(files).Quota);
        Assert.Equal("the machine has 8 processors, the control group's quota grants the time of 2.5", Read(files).ToString());
    }

    [Fact]
    public void Version_1_says_it_in_two_files_and_no_limit_as_minus_1()
    {
        var files = Machine(8);
        files["/proc/self/mountinfo"] = LegacyMount
            + UnifiedMount.Replace("/sys/fs/cgroup", "/sys/fs/cgroup/unified", StringComparison.Ordinal);
        files["/proc/self/cgroup"] = "9:name=systemd:/\n4:memory:/other\n1:cpu,cpuacct:/outer/inner\n0::/\n";
        files["/sys/fs/cgroup/cpu,cpuacct/outer/inner/cpu.cfs_quota_us"] = "-1\n";
        files["/sys/fs/cgroup/cpu,cpuacct/outer/inner/cpu.cfs_period_us"] = "100000\n";
        files["/sys/fs/cgroup/cpu,cpuacct/outer/cpu.cfs_quota_us"] = "30000\n";
        files["/sys/fs/cgroup/cpu,cpuacct/outer/cpu.cfs_period_us"] = "10000\n";

        Assert.Equal(3, Read(files).Quota);
        files.Remove("/sys/fs/cgroup/cpu,cpuacct/outer/cpu.cfs_quota_us");
        Assert.Null(Read(files).Quota);
    }

    [Theory]
    [InlineData("/docker/1f/inner", "/sys/fs/cgroup/inner")]
    [InlineData("/docker/1f", "/sys/fs/cgroup")]
    [InlineData("/../elsewhere", "/sys/fs/cgroup")]
    public void In_a_container_the_mount_may_begin_at_its_own_group(string group, string folder)
    {
        var files = Machine(8);
        files["/proc/self/mountinfo"] = UnifiedMount.Replace(" / ", " /docker/1f ", StringComparison.Ordinal);
        files["/proc/self/cgroup"] = $"0::{group}\n";
        files[folder + "/cpu.max"] = "200000 100000\n";

        Assert.Equal(2, Read(files).Quota);
    }

    [Fact]
    public void Where_the_system_shows_no_files_dotnet_knows_the_number()
    {
        var processors = LinuxProcessors.Read(_ => null);

        Assert.Equal((Environment.ProcessorCount, Environment.ProcessorCount), (processors.Count, processors.Threads));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3-1")]
    [InlineData("1-2-3")]
    [InlineData("0-999999999")]
    [InlineData("-1")]
    [InlineData("a")]
    public void What_is_no_list_of_processors_is_none(string? list) => Assert.Null(LinuxProcessors.Numbers(list));

    [Fact]
    public void This_process_uses_no_more_than_dotnet_says() =>
        Assert.InRange(AvailableProcessors.Current.Count, 1, Environment.ProcessorCount);

    private static AvailableProcessors Read(Dictionary<string, string> files) => LinuxProcessors.Read(files.GetValueOrDefault);

    private static Dictionary<string, string> Machine(int processors, int threadsPerCore = 1, string? allowed = null)
    {
        var files = Enumerable.Range(0, processors).ToDictionary(
            processor => $"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list",
                processor =>
                    $"{processor / threadsPerCore * threadsPerCore}-{(processor / threadsPerCore * threadsPerCore) + threadsPerCore - 1}\n"
            );
        files["/sys/devices/system/cpu/online"] = $"0-{processors - 1}\n";
        files["/proc/self/status"] = $"Name:\tespalier\nCpus_allowed:\tff\nCpus_allowed_list:\t{allowed ?? $"0-{processors - 1}"}\n";
        return files;
    }
}
