namespace Espalier.Networks;

/// <summary>The checksum of zip archives (ISO 3309, polynomial 0xEDB88320), which .NET's own reader does not verify.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(index => Entry((uint)index))];

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var value in bytes) remainder = Table[(byte)(remainder ^ value)] ^ (remainder >> 8);
        return ~remainder;
    }

    private static uint Entry(uint index)
    {
        for (var bit = 0; bit < 8; bit++) index = (index & 1) != 0 ? (index >> 1) ^ 0xEDB88320 : index >> 1;
        return index;
    }
}
