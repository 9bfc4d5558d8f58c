namespace Espalier.Vision;

/// <summary>What a reader accepts; checked from the file's header, before pixels are allocated.</summary>
public sealed record PictureLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static PictureLimits Default { get; } = new();

    /// <summary>Pixels in all.</summary>
    /// <value>50,331,648, a camera's 8192 × 6144: 150 MB as RGB, and 350 MB while it is decoded.</value>
    public long MaximumPixels { get; init; } = 8192 * 6144;

    /// <summary>Pixels along one side.</summary>
    /// <value>32,768.</value>
    public int MaximumSide { get; init; } = 32_768;

    /// <summary>Bytes of the file.</summary>
    /// <value>268,435,456 (256 MiB).</value>
    public long MaximumFileBytes { get; init; } = 256L << 20;
}
