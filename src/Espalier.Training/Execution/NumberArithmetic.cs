using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>Sums and arithmetic with numbers, for use in place of TorchSharp's operators and <c>add</c>.</summary>
/// <remarks>
/// TorchSharp makes a <see cref="Scalar"/> of a number and gives libtorch its address, but nothing keeps the object alive during the call:
/// a garbage collection at that moment frees it while libtorch reads it, which ends in an error ("Unknown scalar type") or in another
/// number. Sums of two tensors are hit as well, which pass a factor of 1, and squares, which pass an exponent of 2. Here every scalar lives
/// through its call. A test holds the assembly to using no other way.
/// </remarks>
internal static class NumberArithmetic
{
    // The factor of sums and the exponent of squares; never collected.
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar Two = 2.ToScalar();

    /// <summary>tensor + other.</summary>
    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    /// <summary>tensor ← tensor + other.</summary>
    public static Tensor Accumulate(this Tensor tensor, Tensor other) => tensor.add_(other, One);

    /// <summary>tensor + number.</summary>
    public static Tensor Plus(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        return tensor.add(scalar, One);
    }

    /// <summary>tensor · factor.</summary>
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using var scalar = factor.ToScalar();
        return tensor.mul(scalar);
    }

    /// <summary>1 − tensor.</summary>
    public static Tensor Complement(this Tensor tensor) => tensor.neg().Plus(1);

    /// <summary>tensor²; libtorch's own square goes through a power as well.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor.pow(Two);

    /// <summary>tensor raised to a power.</summary>
    public static Tensor ToPower(this Tensor tensor, double exponent)
    {
        using var scalar = exponent.ToScalar();
        return tensor.pow(scalar);
    }

    /// <summary>The tensor, where it is smaller than a number that number.</summary>
    public static Tensor AtLeast(this Tensor tensor, double minimum)
    {
        using var scalar = minimum.ToScalar();
        return tensor.clamp_min(scalar);
    }

    /// <summary>The tensor, where it is larger than a number that number.</summary>
    public static Tensor AtMost(this Tensor tensor, double maximum)
    {
        using var scalar = maximum.ToScalar();
        return tensor.clamp_max(scalar);
    }

    /// <summary>The tensor, multiplied with a slope where it is negative.</summary>
    public static Tensor LeakyReLU(this Tensor tensor, double slope, bool inPlace)
    {
        using var scalar = slope.ToScalar();
        return inPlace ? tensor.leaky_relu_(scalar) : tensor.leaky_relu(scalar);
    }

    /// <summary>The tensor, and factor · (eˣ − 1) where it is negative.</summary>
    public static Tensor ELU(this Tensor tensor, double factor, bool inPlace)
    {
        using var scalar = factor.ToScalar();
        return inPlace ? tensor.elu_(scalar, One, One) : tensor.elu(scalar, One, One);
    }

    /// <summary>tensor ← tensor · factor.</summary>
    public static Tensor Multiply(this Tensor tensor, double factor)
    {
        using var scalar = factor.ToScalar();
        return tensor.mul_(scalar);
    }

    /// <summary>tensor ← tensor / divisor.</summary>
    public static Tensor Divide(this Tensor tensor, double divisor)
    {
        using var scalar = divisor.ToScalar();
        return tensor.div_(scalar);
    }

    /// <summary>tensor ← tensor + number.</summary>
    public static Tensor Add(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        return tensor.add_(scalar, One);
    }

    /// <summary>tensor ← tensor + factor · other.</summary>
    public static Tensor Add(this Tensor tensor, Tensor other, double factor)
    {
        using var scalar = factor.ToScalar();
        return tensor.add_(other, scalar);
    }

    /// <summary>tensor ← tensor + factor · first · second.</summary>
    public static Tensor AddProduct(this Tensor tensor, Tensor first, Tensor second, double factor)
    {
        using var scalar = factor.ToScalar();
        return tensor.addcmul_(first, second, scalar);
    }

    /// <summary>tensor ← tensor + factor · dividend / divisor.</summary>
    public static Tensor AddQuotient(this Tensor tensor, Tensor dividend, Tensor divisor, double factor)
    {
        using var scalar = factor.ToScalar();
        return tensor.addcdiv_(dividend, divisor, scalar);
    }
}
