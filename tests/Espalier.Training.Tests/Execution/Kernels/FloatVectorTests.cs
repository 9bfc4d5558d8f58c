using Espalier.Training.Execution;
using Espalier.Training.Execution.Kernels;

namespace Espalier.Tests.Execution.Kernels;

/// <summary>What vectors of every width make of single numbers.</summary>
public class FloatVectorTests
{
    private static readonly float[] Tested = [.. Enumerable.Range(-5840, 11681).Select(i => i * 0.0137f)];

    [Theory]
    [MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    internal void The_coarse_sigmoid_is_within_two_in_ten_thousand_of_its_value(VectorWidth width) => At(width, new CoarseSigmoids());

    [Theory]
    [MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    internal void The_sigmoid_is_within_three_in_a_million_of_its_value(VectorWidth width) => At(width, new Sigmoids());

    [Theory]
    [MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    internal void Bytes_become_shares_of_255_exactly(VectorWidth width) => At(width, new Shares());

    [Theory]
    [MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    internal void Bfloat16_is_rounded_to_nearest_and_ties_to_even(VectorWidth width) => At(width, new Roundings());

    private static void At(VectorWidth width, ICheck check)
    {
        switch (width)
        {
            case VectorWidth.Bits512: check.Run<FloatVector512>(); break;
            case VectorWidth.Bits256: check.Run<FloatVector256>(); break;
            default: check.Run<FloatVector128>(); break;
        }
    }

    private interface ICheck
    {
        void Run<TVector>()
            where TVector : struct, IFloatVector<TVector>;
    }

    private static unsafe float First<TVector>(TVector vector)
        where TVector : struct, IFloatVector<TVector>
    {
        var numbers = stackalloc float[TVector.Count];
        TVector.Store(vector, numbers);
        return numbers[0];
    }

    private sealed class CoarseSigmoids : ICheck
    {
        public void Run<TVector>()
            where TVector : struct, IFloatVector<TVector>
        {
            foreach (var x in Tested) Assert.InRange(First(CoarseSigmoid.Of(TVector.Create(x))) * (1 + Math.Exp(-x)), 1 - 2e-4, 1 + 2e-4);
            Assert.Equal(0, First(CoarseSigmoid.Of(TVector.Create(-3e38f))), 2e-4);
            Assert.Equal(1, First(CoarseSigmoid.Of(TVector.Create(3e38f))), 2e-4);
            Assert.True(float.IsNaN(First(CoarseSigmoid.Of(TVector.Create(float.NaN)))));
        }
    }

    private sealed class Sigmoids : ICheck
    {
        public void Run<TVector>()
            where TVector : struct, IFloatVector<TVector>
        {
            foreach (var x in Tested.Where(x => Math.Abs(x) <= 30))
            {
                Assert.InRange(First(FastExponential.OfNegative(TVector.Create(x))) * Math.Exp(x), 1 - 2e-6, 1 + 2e-6);
                Assert.InRange(First(FastExponential.Sigmoid(TVector.Create(x))) * (1 + Math.Exp(-x)), 1 - 3e-6, 1 + 3e-6);
            }
        }
    }

    private sealed unsafe class Shares : ICheck
    {
        public void Run<TVector>()
            where TVector : struct, IFloatVector<TVector>
        {
            byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
            var shares = new float[bytes.Length];
            fixed (byte* from = bytes)
            fixed (float* to = shares) BatchUpload.Divide<TVector, Float32Format>(from, (byte*)to, bytes.Length);
            Assert.Equal(bytes.Select(value => value / 255f), shares);
        }
    }

    private sealed unsafe class Roundings : ICheck
    {
        public void Run<TVector>()
            where TVector : struct, IFloatVector<TVector>
        {
            var numbers = stackalloc ushort[TVector.Count];
            var wide = stackalloc float[TVector.Count];
            foreach (var (bits, expected) in ((uint, ushort)[])
                    [
                        (0x3F80_0000, 0x3F80),
                        (0x3F80_8000, 0x3F80),
                        (0x3F81_8000, 0x3F82),
                        (0x3F80_8001, 0x3F81),
                        (0xBF80_7FFF, 0xBF80),
                        (0x7F80_0000, 0x7F80),
                        (0x7F7F_FFFF, 0x7F80),
                    ]
            )
            {
                TVector.StoreBFloat16(TVector.Create(BitConverter.UInt32BitsToSingle(bits)), numbers);
                for (var lane = 0; lane < TVector.Count; lane++) Assert.Equal(expected, numbers[lane]);
                TVector.Store(TVector.LoadBFloat16(numbers), wide);
                for (var lane = 0; lane < TVector.Count; lane++)
                    Assert.Equal((uint)expected << 16, BitConverter.SingleToUInt32Bits(wide[lane]));
            }
        }
    }
}
