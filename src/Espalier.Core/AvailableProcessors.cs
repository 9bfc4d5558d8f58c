using System.Globalization;

namespace Espalier.Core;

/// <summary>
/// How many processors this process may use: the one place that decides how many threads anything gets that was not told a number.
/// </summary>
/// <remarks>
/// .NET's own <see cref="Environment.ProcessorCount"/> knows the affinity and the quota of the process's own control group, but not that of
/// a group around it (a container in a container, a service in a limited slice). libtorch knows the affinity alone, and ONNX Runtime
/// counts the machine's cores whatever the process may use: threads without a processor of their own wait for each other.
/// </remarks>
/// <param name="Machine">Logical processors of the machine, 1 or more.</param>
/// <param name="Affinity">Those that the process may run on (<c>taskset</c>, a cpuset), 1 or more.</param>
/// <param name="Cores">The cores that these lie on: fewer, where a core runs two threads.</param>
/// <param name="Quota">Processors' worth of time that the control groups grant, above 0; null where nothing limits it.</param>
public sealed record AvailableProcessors(int Machine, int Affinity, int Cores, double? Quota)
{
    private static readonly Lazy<AvailableProcessors> Own = new(() =>
        OperatingSystem.IsLinux() ? LinuxProcessors.Read(LinuxProcessors.System)
        : OperatingSystem.IsWindows() ? Elsewhere(WindowsProcessors.Cores())
        : Elsewhere(null)); // Apple's processors run one thread a core.

    /// <summary>This process's, as they were when it was first asked.</summary>
    public static AvailableProcessors Current => Own.Value;

    /// <summary>Threads for work that every logical processor hastens, such as decoding pictures: 1 or more.</summary>
    public int Count => Within(Affinity);

    /// <summary>Threads for a network's arithmetic, 1 or more: one a core, for two on one core share its multipliers.</summary>
    public int Threads => Within(Cores);

    /// <summary>What was asked for, or <see cref="Threads"/> where that is 0.</summary>
    /// <param name="asked">0 or more.</param>
    public int ThreadsFor(int asked) => asked > 0 ? asked : Threads;

    /// <summary>What decides the number, such as <c>the machine has 16 processors, affinity leaves 4 on 2 cores</c>.</summary>
    public override string ToString()
    {
        var machine = $"the machine has {PlainText.Counted(Machine, "processor")}";
        var affinity = Affinity < Machine ? $", affinity leaves {Affinity}" : "";
        var cores = Cores < Affinity ? $" on {PlainText.Counted(Cores, "core")}" : "";
        var quota = Quota is { } granted
            ? string.Create(CultureInfo.InvariantCulture, $", the control group's quota grants the time of {granted:0.##}")
            : "";
        return machine + affinity + cores + quota;
    }

    // A quota of 1.5 processors is used up by two threads and not by one.
    private int Within(int processors) => Math.Max(1, Quota is { } quota ? (int)Math.Min(processors, Math.Ceiling(quota)) : processors);

    /// <summary>Other systems have no control groups, and .NET knows their limits.</summary>
    private static AvailableProcessors Elsewhere(int? cores)
    {
        var processors = Environment.ProcessorCount;
        return new AvailableProcessors(processors, processors, Math.Clamp(cores ?? processors, 1, processors), null);
    }
}
