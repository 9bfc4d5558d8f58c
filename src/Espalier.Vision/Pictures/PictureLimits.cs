namespace Espalier.Vision;

/// <summary>What a reader accepts; checked from the file's header, before pixels are allocated.</summary>
public sealed record PictureLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static PictureLimits Default { get; } = new();

    /// <summary>Pixels in all.</summary>
    /// <value>100,000,000: 300 MB as RGB.</value>
    public long MaximumPixels { get; init; } = 100_000_000;

    /// <summary>Pixels along one side.</summary>
    /// <value>32,768.</value>
    public int MaximumSide { get; init; } = 32_768;

    /// <summary>Bytes of the file.</summary>
    /// <value>268,435,456 (256 MiB).</value>
    public long MaximumFileBytes { get; init; } = 256L << 20;
}
