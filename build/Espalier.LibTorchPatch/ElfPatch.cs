using System.Buffers.Binary;

namespace Espalier.LibTorchPatch;

/// <summary>The one change that Espalier makes to a library: a needed symbol version becomes one that may be absent.</summary>
internal static class ElfPatch
{
    /// <summary>A copy of a library in which one needed version is weak; equal to the original where it is already, or is not
    /// needed.</summary>
    /// <param name="original">The whole file; not changed.</param>
    /// <param name="name">What messages call the file.</param>
    /// <param name="library">The library that lacks the version.</param>
    /// <param name="version">The version.</param>
    /// <exception cref="InvalidDataException">The file is not a 64-bit little-endian ELF library, or is damaged.</exception>
    public static byte[] MakeWeak(byte[] original, string name, string library, string version)
    {
        var needed = ElfFile.Parse(original, name).NeededVersions;
        var copy = original.ToArray();
        foreach (var entry in needed)
        {
            if (entry.Library == library && entry.Version == version)
                BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(entry.FlagsOffset), (ushort)(entry.Flags | ElfNeededVersion.Weak));
        }

        return copy;
    }
}
