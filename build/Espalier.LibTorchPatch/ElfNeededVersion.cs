namespace Espalier.LibTorchPatch;

/// <summary>A symbol version that a library needs of another (a <c>vernaux</c> entry).</summary>
/// <param name="Library">The library that must offer it, as <c>libstdc++.so.6</c>.</param>
/// <param name="Version">Its name, as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Flags">Bit 1 (VER_FLG_WEAK): the loader tolerates its absence.</param>
/// <param name="FlagsOffset">Where in the file the 16 bits of flags lie.</param>
internal readonly record struct ElfNeededVersion(string Library, string Version, ushort Flags, int FlagsOffset)
{
    /// <summary>VER_FLG_WEAK.</summary>
    public const ushort Weak = 2;

    /// <summary>Whether the loader tolerates its absence.</summary>
    public bool IsWeak => (Flags & Weak) != 0;
}
