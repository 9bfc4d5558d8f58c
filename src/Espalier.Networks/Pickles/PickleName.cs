namespace Espalier.Networks;

/// <summary>The name of a Python class or function. It is only a name: nothing is looked up or called.</summary>
internal sealed record PickleName(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}
