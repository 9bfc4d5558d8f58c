using System.Buffers.Binary;
using System.Text;

namespace Espalier.LibTorchPatch;

/// <summary>
/// The little of a shared library in the Executable and Linkable Format (System V ABI; symbol versions by the LSB's
/// chapter "Symbol Versioning") that loading libtorch asks for: which libraries it needs, which symbol versions it needs of
/// them, and which it defines itself. 64 bits, little endian. Every offset is checked before it is followed.
/// </summary>
internal sealed class ElfFile
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int MostEntries = 4096;
    private const ulong NeededTag = 1;

    private readonly byte[] _bytes;
    private readonly string _name;

    private ElfFile(byte[] bytes, string name)
    {
        _bytes = bytes;
        _name = name;
        RequireHeader();
        var sections = ReadSections();
        foreach (var section in sections)
        {
            switch (section.Kind)
            {
                case ElfSectionKind.Dynamic:
                    NeededLibraries = ReadNeededLibraries(section, StringsOf(section, sections));
                    break;
                case ElfSectionKind.NeededVersions:
                    NeededVersions = ReadNeededVersions(section, StringsOf(section, sections));
                    break;
                case ElfSectionKind.DefinedVersions:
                    DefinedVersions = ReadDefinedVersions(section, StringsOf(section, sections));
                    break;
            }
        }
    }

    /// <summary>The libraries that the file asks the loader for (DT_NEEDED), in its order.</summary>
    public IReadOnlyList<string> NeededLibraries { get; } = [];

    /// <summary>The symbol versions that the file asks of other libraries.</summary>
    public IReadOnlyList<ElfNeededVersion> NeededVersions { get; } = [];

    /// <summary>The symbol versions that the file offers.</summary>
    public IReadOnlySet<string> DefinedVersions { get; } = new HashSet<string>();

    /// <summary>Reads the tables of a library.</summary>
    /// <param name="bytes">The whole file; kept, not copied.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no such file, or one of its tables points outside it.</exception>
    public static ElfFile Parse(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new ElfFile(bytes, name);
    }

    private void RequireHeader()
    {
        var magic = "\u007fELF"u8;
        if (_bytes.Length < HeaderSize || !_bytes.AsSpan(0, 4).SequenceEqual(magic)) throw Bad("it does not begin as an ELF file");
        if (_bytes[4] != 2 || _bytes[5] != 1) throw Bad("it is not of 64 bits, little endian");
    }

    private List<ElfSection> ReadSections()
    {
        var table = Word64(0x28);
        int size = Word16(0x3a), count = Word16(0x3c);
        if (count > 0 && size != SectionHeaderSize) throw Bad($"its section headers have {size} bytes, not {SectionHeaderSize}");
        var sections = new List<ElfSection>(count);
        for (var index = 0; index < count; index++)
        {
            var header = Offset(table, (ulong)(index * SectionHeaderSize), SectionHeaderSize);
            var kind = (ElfSectionKind)Word32(header + 4);
            sections.Add(new ElfSection(kind, Word64(header + 24), Word64(header + 32), Word32(header + 40)));
        }

        return sections;
    }

    private ElfSection StringsOf(ElfSection section, List<ElfSection> sections)
    {
        if (section.Link >= sections.Count) throw Bad($"a section names string table {section.Link} of {sections.Count} sections");
        return sections[(int)section.Link];
    }

    private List<string> ReadNeededLibraries(ElfSection section, ElfSection strings)
    {
        const int entrySize = 16;
        var names = new List<string>();
        for (ulong at = 0; at + entrySize <= section.Size; at += entrySize)
        {
            var entry = Offset(section.Start, at, entrySize);
            if (Word64(entry) == 0) break;
            if (Word64(entry) == NeededTag) names.Add(Text(strings, Word64(entry + 8)));
        }

        return names;
    }

    private List<ElfNeededVersion> ReadNeededVersions(ElfSection section, ElfSection strings)
    {
        const int entrySize = 16;
        var versions = new List<ElfNeededVersion>();
        foreach (var (need, start) in Chain(section, 0, entrySize, nextField: 12))
        {
            var library = Text(strings, Word32(need + 4));
            foreach (var (entry, _) in Chain(section, start + Word32(need + 8), entrySize, nextField: 12))
                versions.Add(new ElfNeededVersion(library, Text(strings, Word32(entry + 8)), Word16(entry + 4), FlagsOffset: entry + 4));
        }

        return versions;
    }

    private HashSet<string> ReadDefinedVersions(ElfSection section, ElfSection strings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (definition, start) in Chain(section, 0, entrySize: 20, nextField: 16))
        {
            // The first auxiliary entry is the version's own name; the rest are its parents.
            var name = Offset(section.Start, start + Word32(definition + 12), 8);
            names.Add(Text(strings, Word32(name)));
        }

        return names;
    }

    /// <summary>Follows records that each hold the distance to the next, 0 in the last: (offset in the file, offset in the
    /// section).</summary>
    private IEnumerable<(int InFile, ulong InSection)> Chain(ElfSection section, ulong first, int entrySize, int nextField)
    {
        var at = first;
        for (var count = 0; count < MostEntries; count++)
        {
            if (at + (ulong)entrySize > section.Size) throw Bad("a version table leads outside its section");
            var entry = Offset(section.Start, at, entrySize);
            yield return (entry, at);
            var next = Word32(entry + nextField);
            if (next == 0) yield break;
            at += next;
        }

        throw Bad($"a version table has more than {MostEntries} entries");
    }

    private string Text(ElfSection strings, ulong at)
    {
        if (at >= strings.Size) throw Bad("a name leads outside its string table");
        if (strings.Size > (ulong)_bytes.Length) throw Bad("one of its tables leads outside the file");
        var table = _bytes.AsSpan(Offset(strings.Start, 0, (int)strings.Size), (int)strings.Size)[(int)at..];
        var end = table.IndexOf((byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(table[..end]) : throw Bad("a name has no end");
    }

    private int Offset(ulong start, ulong distance, int size)
    {
        var length = (ulong)_bytes.Length;
        if (start > length || distance > length - start || (ulong)size > length - start - distance)
            throw Bad("one of its tables leads outside the file");
        return (int)(start + distance);
    }

    private ushort Word16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private uint Word32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    private ulong Word64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));

    private InvalidDataException Bad(string reason) => new($"'{_name}' cannot be read as a shared library: {reason}.");
}
