namespace Espalier.Datasets.Loading;

/// <summary>A part of every batch: neighbouring pictures of it, as many in one part as in another give or take one.</summary>
/// <param name="Index">Which part, from 0.</param>
/// <param name="Count">How many parts there are.</param>
internal readonly record struct BatchPart(int Index, int Count)
{
    /// <summary>Every batch as a whole.</summary>
    public static BatchPart Whole { get; } = new(0, 1);

    /// <summary>The pictures of this part. A batch with fewer pictures than there are parts is not divided:
    /// every part is all of it.</summary>
    /// <param name="pictures">Pictures of the whole batch.</param>
    /// <returns>The first, how many, and what share of the whole batch's work they are,
    /// so that the shares of all parts add up to 1.</returns>
    public (int First, int Count, double Share) Of(int pictures)
    {
        if (pictures < Count) return (0, pictures, 1.0 / Count);
        var first = (int)((long)pictures * Index / Count);
        var end = (int)((long)pictures * (Index + 1) / Count);
        return (first, end - first, (double)(end - first) / pictures);
    }
}
