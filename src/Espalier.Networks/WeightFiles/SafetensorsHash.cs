using System.Text;

namespace Espalier.Networks;

/// <summary>Where the hash's digits stand in a safetensors header.</summary>
internal static class SafetensorsHash
{
    /// <summary>What stands for the digits while the hash is taken.</summary>
    public const string Blank = "0000000000000000000000000000000000000000000000000000000000000000";

    // Inside a JSON text quotes are escaped, so this can only be the key itself.
    private static readonly byte[] Key = Encoding.ASCII.GetBytes($"\"{Safetensors.HashKey}\":\"");

    /// <summary>The position of the first digit, or −1 where there is no such key with room for the digits.</summary>
    public static int Find(ReadOnlySpan<byte> header)
    {
        var key = header.IndexOf(Key);
        var digits = key + Key.Length;
        return key >= 0 && digits + Blank.Length < header.Length && header[digits + Blank.Length] == '"' ? digits : -1;
    }
}
