namespace Espalier.Vision;

/// <summary>Between pictures' interleaved bytes and networks' planar floats.</summary>
public static class PlanarPixels
{
    /// <summary>Divides by 255 and sorts by channel.</summary>
    /// <param name="interleaved">(height, width, 3) bytes.</param>
    /// <param name="planar">Receives (3, height, width) floats in 0…1; as long as <paramref name="interleaved"/>.</param>
    public static void FromInterleaved(ReadOnlySpan<byte> interleaved, Span<float> planar)
    {
        if (planar.Length != interleaved.Length || interleaved.Length % 3 != 0)
        {
            throw new ArgumentException($"{interleaved.Length} bytes of three channels do not fill {planar.Length} floats", nameof(planar));
        }

        var count = interleaved.Length / 3;
        var red = planar[..count];
        var green = planar.Slice(count, count);
        var blue = planar.Slice(2 * count, count);
        for (int i = 0, from = 0; i < count; i++, from += 3)
        {
            red[i] = interleaved[from] / 255f;
            green[i] = interleaved[from + 1] / 255f;
            blue[i] = interleaved[from + 2] / 255f;
        }
    }
}
