namespace Espalier.Networks;

/// <summary>One named array: float32, row-major.</summary>
/// <param name="Shape">Lengths, outermost first; empty for a scalar.</param>
/// <param name="Values">As many values as the shape's product.</param>
public sealed record WeightArray(int[] Shape, float[] Values)
{
    /// <summary>The product of the shape.</summary>
    public static int Count(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var length in shape) count = checked(count * length);
        return count;
    }
}

/// <summary>A network's state by the original's state-dict names, such as <c>model.0.conv.weight</c>, in state-dict order.</summary>
/// <remarks>Everything is held as float32, whatever the file held; <c>num_batches_tracked</c> too.</remarks>
public sealed class Weights
{
    private readonly OrderedDictionary<string, WeightArray> _arrays = [];

    /// <summary>How many arrays there are.</summary>
    public int Count => _arrays.Count;

    /// <summary>The names in order.</summary>
    public IEnumerable<string> Names => _arrays.Keys;

    /// <summary>The array of a name; replaced in place, or added at the end.</summary>
    /// <exception cref="KeyNotFoundException">Read, and there is none.</exception>
    public WeightArray this[string name]
    {
        get => _arrays[name];
        set => _arrays[name] = value;
    }

    /// <summary>Whether a name is there.</summary>
    public bool Contains(string name) => _arrays.ContainsKey(name);

    /// <summary>The array of a name, or null.</summary>
    public WeightArray? Find(string name) => _arrays.TryGetValue(name, out var array) ? array : null;
}
