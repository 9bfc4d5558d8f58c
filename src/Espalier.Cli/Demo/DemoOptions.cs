using Espalier.Core.Options;

namespace Espalier.Cli.Demo;

/// <summary>What may be chosen of a demo.</summary>
internal sealed record DemoOptions
{
    public static OptionTable<DemoOptions> Table { get; } = new();

    [SeedOption("Another seed makes another street and another training")]
    public int Seed { get; init; }

    [ThreadsOption]
    public int Threads { get; init; }
}
