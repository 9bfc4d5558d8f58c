namespace Espalier.Networks;

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
