using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Runtime;

/// <summary>Numbers of a tensor as float32, be they of 32 or of 16 bits.</summary>
internal static class FloatNumbers
{
    /// <summary>A tensor's numbers.</summary>
    public static float[] Of(OrtValue tensor)
    {
        if (tensor.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float) return tensor.GetTensorDataAsSpan<float>().ToArray();
        var halves = tensor.GetTensorDataAsSpan<Float16>();
        var numbers = new float[halves.Length];
        Widen(halves, numbers);
        return numbers;
    }

    /// <summary>16 bits to 32.</summary>
    public static void Widen(ReadOnlySpan<Float16> halves, Span<float> numbers)
        => TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(halves), numbers);
}
