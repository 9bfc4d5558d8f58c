namespace Espalier.Networks;

/// <summary>An object of an allowed class: its class's name, what it was made from and its state, all of it inert.</summary>
internal sealed class PickleObject(PickleName type, object? arguments)
{
    public PickleName Type { get; } = type;

    public object? Arguments { get; } = arguments;

    public object? State { get; set; }

    /// <summary>An attribute of the state, or null.</summary>
    public object? Find(string attribute) => (State as PickleMap)?.Find(attribute);
}
