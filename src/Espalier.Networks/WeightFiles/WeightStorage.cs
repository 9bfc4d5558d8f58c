namespace Espalier.Networks;

/// <summary>How a weights file lays out arrays of which many numbers are zero.</summary>
public enum WeightStorage
{
    /// <summary>Every number, as every reader of safetensors expects it.</summary>
    Dense,

    /// <summary>
    /// An array whose zeros take more room than their places is a bitmap and the numbers that are left (<c>NAME.sparse_bitmap</c>,
    /// <c>NAME.sparse_values</c>, and its shape under the metadata key <c>espalier.sparse.NAME</c>); all others stay as they are. Read back
    /// bit for bit.
    /// </summary>
    Sparse,
}
