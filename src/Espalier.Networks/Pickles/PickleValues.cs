namespace Espalier.Networks;

/// <summary>The name of a Python class or function. It is only a name: nothing is looked up or called.</summary>
internal sealed record PickleName(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(IReadOnlyList<object?> Items);

/// <summary>A list, which grows while it is read.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dictionary, which grows while it is read; keys are whatever the pickle gave, in order.</summary>
internal sealed class PickleMap
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];

    /// <summary>The value of a text key, the last if it stands twice; or null.</summary>
    public object? Find(string key)
    {
        for (var i = Entries.Count - 1; i >= 0; i--)
        {
            if (Entries[i].Key is string text && text == key) return Entries[i].Value;
        }

        return null;
    }
}

/// <summary>An object of an allowed class: its class's name, what it was made from and its state, all of it inert.</summary>
internal sealed class PickleObject(PickleName type, object? arguments)
{
    public PickleName Type { get; } = type;

    public object? Arguments { get; } = arguments;

    public object? State { get; set; }

    /// <summary>An attribute of the state, or null.</summary>
    public object? Find(string attribute) => (State as PickleMap)?.Find(attribute);
}

/// <summary>A run of numbers that lies in its own file of the archive.</summary>
/// <param name="Type">The numbers' type.</param>
/// <param name="Key">The file's name below <c>data/</c>.</param>
/// <param name="Count">How many numbers.</param>
internal sealed record PickleStorage(ElementType Type, string Key, long Count);

/// <summary>A tensor: a view of a storage.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, int[] Shape, long[] Strides);
