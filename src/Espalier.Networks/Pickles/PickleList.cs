namespace Espalier.Networks;

/// <summary>A list, which grows while it is read.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}
