using System.Text;
using Espalier.Core;

namespace Espalier.Fuzzing;

/// <summary>
/// Makes inputs out of others: bits and bytes changed, numbers driven to their limits, parts cut out, doubled, put elsewhere or taken from
/// another input, brackets nested. Input <c>i</c> is a function of the seed and <c>i</c>.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> seeds, ulong seed)
{
    private const int LongestInput = 1 << 20;

    private static readonly byte[][] Numbers = [.. new[]
    {
        "-1", "0", "1", "255", "65536", "2147483647", "2147483648", "-2147483648", "4294967295", "9223372036854775807", "1e308", "-1e308",
        "1e-320", "NaN", "Infinity", "null", "true", "\"\"", "[]", "{}", "0x10", "1_000", "99999999999999999999999999", "~", "!!binary",
    }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] Words = [.. new[]
    {
        "[", "{", "]", "}", "\"", "'", ":", ",", "\n", "\n  ", "\0", "\u202e", "&a", "*a", "- ", "../", "/", "\\", "%s", "<", "\r\n",
        "\ufeff",
    }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>An input.</summary>
    public byte[] Input(long index)
    {
        var state = SplitMix64.Mix(seed ^ SplitMix64.Mix((ulong)index));
        var bytes = new List<byte>(seeds[Below(ref state, seeds.Count)]);
        for (var changes = 1 << Below(ref state, 5); changes > 0 && bytes.Count > 0; changes--) Change(bytes, ref state);
        if (bytes.Count > LongestInput) bytes.RemoveRange(LongestInput, bytes.Count - LongestInput);
        return [.. bytes];
    }

    private void Change(List<byte> bytes, ref ulong state)
    {
        var at = Below(ref state, bytes.Count);
        var length = Math.Min(1 << Below(ref state, 8), bytes.Count - at);
        switch (Below(ref state, 11))
        {
            case 0:
                bytes[at] ^= (byte)(1 << Below(ref state, 8));
                break;
            case 1:
                bytes[at] = (byte)Below(ref state, 256);
                break;
            case 2:
                for (var i = 0; i < Math.Min(length, 8); i++) bytes[at + i] = Below(ref state, 2) == 0 ? (byte)0xFF : (byte)0;
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(Below(ref state, bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5:
                var moved = bytes.GetRange(at, length);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(Below(ref state, bytes.Count + 1), moved);
                break;
            case 6:
                var other = seeds[Below(ref state, seeds.Count)];
                var from = Below(ref state, other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)).ToArray());
                break;
            case 7:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 8:
                ReplaceNumber(bytes, at, ref state);
                break;
            case 9:
                bytes.InsertRange(at, Words[Below(ref state, Words.Length)]);
                break;
            default:
                var word = Words[Below(ref state, Words.Length)];
                bytes.InsertRange(at, Enumerable.Repeat(word, 1 << Below(ref state, 12)).SelectMany(part => part));
                break;
        }
    }

    /// <summary>The next number in decimal digits becomes another one; where there is none, bytes become a binary number.</summary>
    private static void ReplaceNumber(List<byte> bytes, int at, ref ulong state)
    {
        var first = bytes.FindIndex(at, value => value is >= (byte)'0' and <= (byte)'9');
        if (first >= 0 && Below(ref state, 4) > 0)
        {
            var last = bytes.FindIndex(first, value => value is not ((>= (byte)'0' and <= (byte)'9') or (byte)'.'));
            bytes.RemoveRange(first, (last < 0 ? bytes.Count : last) - first);
            bytes.InsertRange(first, Numbers[Below(ref state, Numbers.Length)]);
            return;
        }

        long[] limits = [0, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, uint.MaxValue, 1 << 30];
        var number = BitConverter.GetBytes(limits[Below(ref state, limits.Length)]);
        for (var i = 0; i < number.Length && at + i < bytes.Count; i++) bytes[at + i] = number[i];
    }

    private static int Below(ref ulong state, int count) => (int)(SplitMix64.Next(ref state) % (ulong)count);
}
