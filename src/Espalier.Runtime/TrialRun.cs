using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Espalier.Runtime;

/// <summary>What an output of a trial run is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its lengths; empty where it is no tensor of floats.</param>
/// <param name="Numbers">Its numbers, where their last dimension is as short as a detection; empty otherwise.</param>
internal sealed record TrialOutput(string Name, ImmutableArray<int> Shape, ImmutableArray<float> Numbers)
{
    public override string ToString() => $"({string.Join(", ", Shape)})";
}

/// <summary>One run on grey pictures: what a file gives, whatever its exporter wrote about the shapes.</summary>
internal static class TrialRun
{
    private const float Grey = 114 / 255f;

    /// <summary>Runs a network that takes (batch, 3, height, width) floats of 32 or 16 bits.</summary>
    /// <exception cref="OnnxRuntimeException">It fails.</exception>
    public static ImmutableArray<TrialOutput> Of(InferenceSession session, int batch, int height, int width)
    {
        var input = session.InputNames[0];
        var length = checked(batch * 3 * height * width);
        long[] shape = [batch, 3, height, width];
        using var pictures = session.InputMetadata[input].ElementDataType == TensorElementType.Float16
            ? OrtValue.CreateTensorValueFromMemory(Filled(length, (Float16)Grey), shape)
            : OrtValue.CreateTensorValueFromMemory(Filled(length, Grey), shape);
        using var options = new RunOptions();
        using var results = session.Run(options, [input], [pictures], session.OutputNames);
        return [.. results.Select((result, index) => Read(session.OutputNames[index], result))];
    }

    private static T[] Filled<T>(int length, T value)
    {
        var numbers = new T[length];
        Array.Fill(numbers, value);
        return numbers;
    }

    private static TrialOutput Read(string name, OrtValue result)
    {
        if (!result.IsTensor) return new TrialOutput(name, [], []);
        var about = result.GetTensorTypeAndShape();
        if (about.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16)) return new TrialOutput(name, [], []);
        ImmutableArray<int> shape = [.. about.Shape.Select(length => checked((int)length))];
        return new TrialOutput(name, shape, shape is [.., EndToEndDecoder.DetectionNumbers] ? [.. FloatNumbers.Of(result)] : []);
    }
}
