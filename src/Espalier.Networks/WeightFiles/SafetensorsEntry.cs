namespace Espalier.Networks;

/// <summary>One array of a safetensors header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The numbers' type.</param>
/// <param name="Shape">Lengths, outermost first.</param>
/// <param name="Begin">The first byte, counted from the header's end.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record SafetensorsEntry(string Name, ElementType Type, int[] Shape, long Begin, long End)
{
    /// <summary>How many numbers.</summary>
    public int Count => (int)((End - Begin) / Type.Size());
}
