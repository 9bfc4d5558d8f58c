namespace Espalier.LibTorchPatch;

/// <summary>A section of an ELF file.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Start">Its first byte in the file; not yet checked to lie in the file.</param>
/// <param name="Size">Its length in bytes; not yet checked either.</param>
/// <param name="Link">The index of the section that belongs to it: for the tables read here, their strings.</param>
internal readonly record struct ElfSection(ElfSectionKind Kind, ulong Start, ulong Size, uint Link);
