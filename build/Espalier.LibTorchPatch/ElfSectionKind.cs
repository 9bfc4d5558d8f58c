namespace Espalier.LibTorchPatch;

/// <summary>The kinds of section (sh_type) that <see cref="ElfFile"/> reads.</summary>
internal enum ElfSectionKind : uint
{
    /// <summary>Entries for the dynamic loader (SHT_DYNAMIC).</summary>
    Dynamic = 6,

    /// <summary>Versions that are defined (SHT_GNU_verdef).</summary>
    DefinedVersions = 0x6ffffffd,

    /// <summary>Versions that are needed (SHT_GNU_verneed).</summary>
    NeededVersions = 0x6ffffffe,
}
