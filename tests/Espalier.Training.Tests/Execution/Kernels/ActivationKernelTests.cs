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
            float[] all = [float.NaN, 1, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0x7FFFFFFF),
                BitConverter.UInt32BitsToSingle(0xFFFFFFFF)];
            var values = Values(width, kind, all, isBFloat16);
            Assert.Equal([true, false, false, true, true], values.Select(float.IsNaN));
            Assert.Equal(kind switch { ActivationKind.ReLU6 => 6, ActivationKind.Sigmoid => 1, _ => float.PositiveInfinity },
                values[2], 1e-6f);
        }
    }

    [Theory]
    [MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    internal void Far_out_SiLU_is_0_and_x(VectorWidth width)
    {
        Assert.Equal([-0f, 0, 200, 1e30f], Values(width, ActivationKind.SiLU, [-200, -1e20f, 200, 1e30f], false),
            (a, b) => Math.Abs(a - b) <= 2e-6 * Math.Max(1, Math.Abs(a)));
        Assert.Equal([0f, 0, 1, 1], Slopes(width, ActivationKind.SiLU, [-200, -1e20f, 200, 1e30f]), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(ActivationKind.LeakyReLU, 0.01f)]
    [InlineData(ActivationKind.LeakyReLU, 0.3f)]
    [InlineData(ActivationKind.LeakyReLU, 2f)]
    [InlineData(ActivationKind.ELU, 0.5f)]
    [InlineData(ActivationKind.ELU, 3f)]
    internal void A_parameter_is_the_activations_own(ActivationKind kind, float parameter)
    {
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            float[] x = [-5, -1, -0.25f, 0.5f, 3];
            var activation = new Activation(kind, parameter);
            Assert.Equal(x.Select(value => (float)activation.Value(value)), Values(width, activation, x, false),
                (a, b) => Math.Abs(a - b) <= 1e-5);
            Assert.Equal(
                x.Select(value =>
                    value > 0 ? 1
                    : kind == ActivationKind.ELU ? parameter * MathF.Exp(value)
                    : parameter
                ),
                Slopes(width, activation, x),
                (a, b) => Math.Abs(a - b) <= 1e-5
            );
        }
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

    private static float[] Values(VectorWidth width, Activation kind, float[] x, bool isBFloat16)
    {
        using var input = new KernelRows(x, Channels, Widths.Lanes(width), isBFloat16);
        using var output = new KernelRows(new float[x.Length], Channels, Widths.Lanes(width), isBFloat16);
        NormKernel.For(kind, isBFloat16, width).Apply(input.Rows, output.Rows, input.Repeated(1), input.Repeated(0), 1);
        return output.Values;
    }

    private static float[] Slopes(VectorWidth width, Activation kind, float[] x)
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
        ActivationKind.ReLU6 => Math.Clamp(x, 0, 6),
        ActivationKind.Mish => x * Math.Tanh(Softplus(x)),
        ActivationKind.GELU => x * Normal(x),
        ActivationKind.ELU => x > 0 ? x : Math.Exp(x) - 1,
        ActivationKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        ActivationKind.Identity => x,
        _ => throw new NotSupportedException($"{kind} has no row here"),
    };

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>The normal distribution, by Simpson's rule over its density.</summary>
    private static double Normal(double x)
    {
        const int Steps = 2000;
        var (end, sum) = (Math.Clamp(x, -12, 12), 0.0);
        for (var i = 0; i <= Steps; i++)
            sum += (i == 0 || i == Steps ? 1 : 2 + (2 * (i % 2))) * Math.Exp(-Math.Pow(end * i / Steps, 2) / 2);
        return 0.5 + (sum * end / Steps / 3 / Math.Sqrt(2 * Math.PI));
    }

    private static double Slope(ActivationKind kind, double x)
    {
        var sigmoid = 1 / (1 + Math.Exp(-x));
        return kind switch
        {
            ActivationKind.SiLU => sigmoid * (1 + x * (1 - sigmoid)),
            ActivationKind.Hardswish => x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5,
            ActivationKind.LeakyReLU => x > 0 ? 1 : 0.1,
            ActivationKind.ReLU => x > 0 ? 1 : 0,
            ActivationKind.ReLU6 => x is > 0 and < 6 ? 1 : 0,
            ActivationKind.Mish => Math.Tanh(Softplus(x)) + (x * sigmoid / Math.Pow(Math.Cosh(Softplus(x)), 2)),
            ActivationKind.GELU => Normal(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
            ActivationKind.ELU => x > 0 ? 1 : Math.Exp(x),
            ActivationKind.Sigmoid => sigmoid * (1 - sigmoid),
            ActivationKind.Identity => 1,
            _ => throw new NotSupportedException($"{kind} has no row here"),
        };
    }
}
