namespace Espalier.Core.Options;

/// <summary>The <c>data.yaml</c> with the labelled pictures.</summary>
internal sealed class DataOptionAttribute : OptionAttribute
{
    /// <inheritdoc cref="DataOptionAttribute"/>
    /// <param name="help">Which one.</param>
    public DataOptionAttribute(string help)
        : base("--data", help) => (ValueName, IsPath) = ("file", true);
}

/// <summary>A split of a data set.</summary>
internal sealed class SplitOptionAttribute : OptionAttribute
{
    /// <inheritdoc cref="SplitOptionAttribute"/>
    /// <param name="name">On the command line.</param>
    /// <param name="help">What it is used for.</param>
    public SplitOptionAttribute(string name, string help)
        : base(name, help) => ValueName = "name";
}

/// <summary>The side of pictures in pixels.</summary>
internal sealed class ImageSizeOptionAttribute : OptionAttribute
{
    /// <inheritdoc cref="ImageSizeOptionAttribute"/>
    /// <param name="help">Which side of what.</param>
    /// <param name="highest">The largest side.</param>
    public ImageSizeOptionAttribute(string help, int highest = 4096)
        : base("--image-size", help, 32, highest) => Aliases = ["--img"];
}

/// <summary>Pictures that go through a network together.</summary>
internal sealed class BatchOptionAttribute : OptionAttribute
{
    /// <summary>The largest batch.</summary>
    public const int Most = 1024;

    /// <inheritdoc cref="BatchOptionAttribute"/>
    /// <param name="help">How many are meant.</param>
    public BatchOptionAttribute(string help)
        : base("--batch", help, 1, Most) => (Aliases, Called) = (["--batch-size"], "The batch size");
}

/// <summary>Training pictures that something is measured on.</summary>
/// <param name="help">What.</param>
internal sealed class PicturesOptionAttribute(string help) : OptionAttribute("--pictures", help, 1, 1_000_000);

/// <summary>The seed of something random.</summary>
/// <param name="help">Of what.</param>
internal sealed class SeedOptionAttribute(string help) : OptionAttribute("--seed", help, 0, int.MaxValue);

/// <summary>Threads that prepare batches beside the network's own.</summary>
internal sealed class WorkersOptionAttribute : OptionAttribute
{
    /// <inheritdoc cref="WorkersOptionAttribute"/>
    public WorkersOptionAttribute()
        : base("--workers", "Threads that prepare batches", 0, 64) => (Called, Changes) = ("The number of workers", OptionEffect.Speed);
}

/// <summary>Where a network computes.</summary>
internal sealed class DeviceOptionAttribute : OptionAttribute
{
    /// <inheritdoc cref="DeviceOptionAttribute"/>
    public DeviceOptionAttribute()
        : base("--device", "Where to compute") =>
            (ValueName, Pattern, Changes) = ("cpu|cuda:N|auto", "^(cpu|auto|cuda(:[0-9]{1,4})?)$", OptionEffect.Rounding);
}

/// <summary>Threads of a network's arithmetic.</summary>
internal sealed class ThreadsOptionAttribute : OptionAttribute
{
    /// <summary>The most threads.</summary>
    public const int Most = 1024;

    /// <inheritdoc cref="ThreadsOptionAttribute"/>
    public ThreadsOptionAttribute()
        : base("--threads", "Threads of the network's arithmetic; 0 for one a core that the process may use", 0, Most) =>
            Changes = OptionEffect.Rounding;
}

/// <summary>Whether speed is measured; naming it leaves that out.</summary>
internal sealed class LatencyOptionAttribute : OptionAttribute
{
    /// <inheritdoc cref="LatencyOptionAttribute"/>
    public LatencyOptionAttribute()
        : base("--no-latency", "Do not measure how fast it is on this machine, before and after") =>
            (IsInverted, Changes) = (true, OptionEffect.Speed);
}
