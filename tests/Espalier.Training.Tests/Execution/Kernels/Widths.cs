using Espalier.Networks;
using Espalier.Training.Execution.Kernels;

namespace Espalier.Tests.Execution.Kernels;

/// <summary>Every width, whatever this processor has: a wider vector than it has is computed in halves, and gives the same.</summary>
internal static class Widths
{
    public static TheoryData<VectorWidth> All => [.. Enum.GetValues<VectorWidth>()];

    public static IEnumerable<ITheoryDataRow> AllWithActivations =>
        from width in Enum.GetValues<VectorWidth>()
        from kind in Enum.GetValues<ActivationKind>()
        select new TheoryDataRow<VectorWidth, ActivationKind>(width, kind);

    public static int Lanes(VectorWidth width) => (int)width / 32;
}
