namespace Espalier.Training.Execution.Kernels;

/// <summary>
/// As many float32 numbers as a processor computes at once. Kernels are written over this, once, and compiled for every width;
/// <see cref="VectorWidth"/> says which to use. What is no number stays none in every operation.
/// </summary>
/// <remarks>
/// A <c>Vector512</c> of the runtime would compute everywhere too, but on a processor of 256 bits as two halves that pass through memory:
/// an element of SiLU took up to thirty times as long.
/// </remarks>
/// <typeparam name="TSelf">The vector itself.</typeparam>
internal unsafe interface IFloatVector<TSelf>
    where TSelf : struct, IFloatVector<TSelf>
{
    /// <summary>Numbers in a vector: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    /// <summary>One number everywhere.</summary>
    static abstract TSelf Create(float value);

    /// <summary>From memory, whatever its alignment.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>From as many bytes, 0…255.</summary>
    static abstract TSelf LoadBytes(byte* source);

    /// <summary>From as many bfloat16.</summary>
    static abstract TSelf LoadBFloat16(ushort* source);

    /// <summary>To memory.</summary>
    static abstract void Store(TSelf values, float* destination);

    /// <summary>To bfloat16: rounded to nearest, ties to even.</summary>
    static abstract void StoreBFloat16(TSelf values, ushort* destination);

    /// <summary>Adds each number to a sum of its own in float64.</summary>
    static abstract void AddTo(TSelf values, double* sums);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left · right + addend, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>max(x, limit).</summary>
    static abstract TSelf AtLeast(TSelf x, TSelf limit);

    /// <summary>min(x, limit).</summary>
    static abstract TSelf AtMost(TSelf x, TSelf limit);

    /// <summary>x less the whole number nearest to it: −½…½; |x| at most 2²².</summary>
    static abstract TSelf FromNearest(TSelf x);

    /// <summary>value · 2ʷʰᵒˡᵉ, for a whole number −127…127; 0 at −127.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf value, TSelf whole);

    /// <summary>1 / x within 4e-7 of its value; 0 where that lies below the normal numbers. For finite x from 1 up.</summary>
    static abstract TSelf Reciprocal(TSelf x);

    /// <summary>1 / x within 7e-5 of its value, otherwise as <see cref="Reciprocal"/>.</summary>
    static abstract TSelf CoarseReciprocal(TSelf x);

    /// <summary>Number by number: <paramref name="above"/> where x is greater than the limit,
    /// <paramref name="otherwise"/> where it is not.</summary>
    static abstract TSelf WhereGreater(TSelf x, TSelf limit, TSelf above, TSelf otherwise);
}
