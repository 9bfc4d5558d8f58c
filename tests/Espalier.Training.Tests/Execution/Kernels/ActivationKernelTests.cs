using Espalier.Networks;
using Espalier.Training.Execution.Kernels;

namespace Espalier.Tests.Execution.Kernels;

/// <summary>Every activation's value and slope at every width, against .NET's functions in double.</summary>
public class ActivationKernelTests
{
    private const int Channels = 1;

    [Theory]
    [MemberData(nameof(Widths.AllWithActivations), MemberType = typeof(Widths))]
    internal void In_float32_values_and_slopes_are_exact_to_two_in_a_million(VectorWidth width, ActivationKind kind) =>
        Compare(width, kind, isBFloat16: false, 2e-6);

    [Theory]
    [MemberData(nameof(Widths.AllWithActivations), MemberType = typeof(Widths))]
    internal void In_bfloat16_values_are_exact_to_what_it_holds(VectorWidth width, ActivationKind kind) =>
        Compare(width, kind, isBFloat16: true, 1 / 256.0);

    [Theory]
    [MemberData(nameof(Widths.AllWithActivations), MemberType = typeof(Widths))]
    internal void What_is_no_number_stays_none(VectorWidth width, ActivationKind kind)
    {
        foreach (var isBFloat16 in (bool[])[false, true])
        {
            float[] all = [float.NaN, 1, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0xFFFFFFFF)];
            var values = Values(width, kind, all, isBFloat16);
            Assert.Equal([true, false, false, true, true], values.Select(float.IsNaN));
            Assert.Equal(float.PositiveInfinity, values[2]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    internal void Far_out_SiLU_is_0_and_x(VectorWidth width)
    {
        Assert.Equal([-0f, 0, 200, 1e30f], Values(width, ActivationKind.SiLU, [-200, -1e20f, 200, 1e30f], false), (a, b) => Math.Abs(a - b) <= 2e-6 * Math.Max(1, Math.Abs(a)));
        Assert.Equal([0f, 0, 1, 1], Slopes(width, ActivationKind.SiLU, [-200, -1e20f, 200, 1e30f]), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static void Compare(VectorWidth width, ActivationKind kind, bool isBFloat16, double tolerance)
    {
        // Few enough bits for bfloat16 to hold them.
        float[] all = [.. Enumerable.Range(-127, 255).Select(i => i / 16f), .. Enumerable.Range(-90, 181).Select(i => (float)i)];
        var values = Values(width, kind, all, isBFloat16);
        for (var i = 0; i < all.Length; i++) Assert.Equal(Value(kind, all[i]), values[i], tolerance * Math.Max(1, Math.Abs(all[i])));
        if (isBFloat16) return;
        var slopes = Slopes(width, kind, all);
        for (var i = 0; i < all.Length; i++) Assert.Equal(Slope(kind, all[i]), slopes[i], tolerance);
    }

    private static float[] Values(VectorWidth width, ActivationKind kind, float[] x, bool isBFloat16)
    {
        using var input = new KernelRows(x, Channels, Widths.Lanes(width), isBFloat16);
        using var output = new KernelRows(new float[x.Length], Channels, Widths.Lanes(width), isBFloat16);
        NormKernel.For(kind, isBFloat16, width).Apply(input.Rows, output.Rows, input.Repeated(1), input.Repeated(0), 1);
        return output.Values;
    }

    private static float[] Slopes(VectorWidth width, ActivationKind kind, float[] x)
    {
        using var input = new KernelRows(x, Channels, Widths.Lanes(width));
        using var gradient = new KernelRows([.. x.Select(_ => 1f)], Channels, Widths.Lanes(width));
        using var output = new KernelRows(new float[x.Length], Channels, Widths.Lanes(width));
        var (one, none) = (input.Repeated(1), input.Repeated(0));
        var kernel = NormKernel.For(kind, isBFloat16: false, width);
        kernel.GradientSums(input.Rows, gradient.Rows, output.Rows, one, none, none, 1);
        kernel.InputGradient(input.Rows, gradient.Rows, output.Rows, one, none, none, none, 1);
        return output.Values;
    }

    private static double Value(ActivationKind kind, double x) => kind switch
    {
        ActivationKind.SiLU => x / (1 + Math.Exp(-x)),
        ActivationKind.Hardswish => x * Math.Clamp(x + 3, 0, 6) / 6,
        ActivationKind.LeakyReLU => x > 0 ? x : 0.1 * x,
        ActivationKind.ReLU => Math.Max(x, 0),
        _ => x,
    };

    private static double Slope(ActivationKind kind, double x)
    {
        var sigmoid = 1 / (1 + Math.Exp(-x));
        return kind switch
        {
            ActivationKind.SiLU => sigmoid * (1 + x * (1 - sigmoid)),
            ActivationKind.Hardswish => x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5,
            ActivationKind.LeakyReLU => x > 0 ? 1 : 0.1,
            ActivationKind.ReLU => x > 0 ? 1 : 0,
            _ => 1,
        };
    }
}
