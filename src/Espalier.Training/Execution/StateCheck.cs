using System.Globalization;
using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Training.Execution;

/// <summary>Checks of weights that come from outside, before anything is copied.</summary>
internal static class StateCheck
{
    /// <summary>The array of that name and shape.</summary>
    /// <exception cref="EspalierException">It is missing or has another shape.</exception>
    public static WeightArray Require(Weights weights, string name, ReadOnlySpan<int> shape)
    {
        var array = weights.Find(name) ?? throw new EspalierException($"The weights lack {name}, which the network needs.");
        if (!array.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new EspalierException($"The weights hold {name} as {Text(array.Shape)}, but the network needs {Text(shape)}.");
        }

        if (array.Values.Length != WeightArray.Count(shape))
        {
            throw new EspalierException(string.Create(
                CultureInfo.InvariantCulture, $"The weights hold {array.Values.Length} values for {name} of shape {Text(shape)}."));
        }

        return array;
    }

    /// <summary>Checks every slot of a flat tensor.</summary>
    public static void Require(Weights weights, FlatTensor flat, string prefix = "")
    {
        foreach (var slot in flat.Slots) Require(weights, prefix + slot.Name, slot.Shape);
    }

    private static string Text(ReadOnlySpan<int> shape) =>
        $"({string.Join(", ", shape.ToArray().Select(length => length.ToString(CultureInfo.InvariantCulture)))})";
}
