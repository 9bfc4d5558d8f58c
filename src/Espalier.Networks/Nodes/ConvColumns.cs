namespace Espalier.Networks;

/// <summary>A convolution's window along the columns, where it differs from that along the rows.</summary>
/// <param name="Kernel">Its columns.</param>
/// <param name="Stride">Columns from one window to the next.</param>
/// <param name="Padding">Columns of zeros at either side.</param>
internal readonly record struct ConvColumns(int Kernel, int Stride, int Padding)
{
    internal static ConvColumns Read(JsonMembers json) => json.Wholes("across", 3) is [var kernel, var stride, var padding]
        ? new(kernel, stride, padding)
        : throw new GraphException($"{json.Where}: across must be the kernel, stride and padding of the columns.");
}
