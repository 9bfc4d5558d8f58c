using Espalier.Core.Options;

namespace Espalier.Pipelines.Benchmarks;

/// <summary>How models are measured beside each other.</summary>
public sealed record BenchOptions
{
    /// <summary>Its options: whatever reads or compares them asks here.</summary>
    internal static OptionTable<BenchOptions> Table { get; } = new();

    /// <summary>The model that the others are measured against; null for the first.</summary>
    [Option("--against", "The model that the others are measured against; default the first", ValueName = "file", IsPath = true)]
    public string? Against { get; init; }

    /// <summary>Sides of the letterbox square in pixels; empty for each model's own.</summary>
    [ImageSizeOption("Sides of the letterbox square in pixels; default as each model says")]
    public ValueList<int> ImageSizes { get; init; }

    /// <summary>Pictures a call; empty for 1.</summary>
    [BatchOption("Pictures a call; default 1")]
    public ValueList<int> Batches { get; init; }

    /// <summary>Threads of the network's arithmetic; 0 for one a core that the process may use.</summary>
    [ThreadsOption]
    public int Threads { get; init; }

    /// <summary>Photos to detect in: a picture, a folder or a glob; null for one made up.</summary>
    [Option("--source", "Photos to detect in: a picture, a folder or a glob; default one made up, 104 × 47 pixels",
        ValueName = "file|folder|glob")]
    public string? Source { get; init; }

    /// <summary>Seconds a model, image size and batch.</summary>
    /// <value>Default 5; 0.1…3600.</value>
    [Option("--seconds", "Seconds a model, image size and batch", 0.1, 3600)]
    public double Seconds { get; init; } = 5;

    /// <summary>Rounds in which the models take turns.</summary>
    /// <value>Default 10; 1…1000.</value>
    [Option("--rounds", "Rounds in which the models take turns", 1, 1000)]
    public int Rounds { get; init; } = 10;
}
