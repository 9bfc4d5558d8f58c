namespace Espalier.Training.Execution.Kernels;

/// <summary>Work over many rows, in a fixed number of equal parts: the same parts,
/// and so the same sums, whenever it is done again.</summary>
internal static class Partition
{
    // Waking a second thread takes some microseconds; that many bytes are walked in the meantime.
    private const long SmallestPart = 1 << 16;

    /// <summary>How many parts are worth their while.</summary>
    public static int Parts(in PixelRows rows, int threads) => (int)Math.Clamp(rows.Count * rows.Stride / SmallestPart, 1, threads);

    /// <summary>Calls <paramref name="work"/> with the first row,
    /// the row after the last and the number of each part, side by side.</summary>
    public static void Run(long rows, int parts, Action<long, long, int> work)
    {
        if (parts == 1)
        {
            work(0, rows, 0);
            return;
        }

        Parallel.For(0, parts, part => work(rows * part / parts, rows * (part + 1) / parts, part));
    }
}
