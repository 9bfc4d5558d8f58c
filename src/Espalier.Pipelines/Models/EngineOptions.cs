using Espalier.Core.Options;

namespace Espalier.Pipelines.Models;

/// <summary>Where a network computes.</summary>
public sealed record EngineOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<EngineOptions> Table { get; } = new();

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>auto</c>.</summary>
    /// <value>Default <c>auto</c>.</value>
    [DeviceOption]
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    [ThreadsOption]
    public int Threads { get; init; }
}
