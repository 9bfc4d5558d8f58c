using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Espalier.Core;
using Espalier.Datasets.Archives;
using TarReader = Espalier.Datasets.Archives.TarReader;

namespace Espalier.Tests.Archives;

/// <summary>Archives that mean well, and archives that do not: nothing outside the folder, nothing half-written, one type of
/// exception.</summary>
public class ArchiveTests
{
    [Fact]
    public void Files_and_folders_are_unpacked_without_the_one_folder_around_them()
    {
        using var folder = new TemporaryFolder();
        var longName = string.Concat(Enumerable.Repeat("abcdefghij", 14)) + ".png";
        var archive = Write(folder, Tar(TarEntryFormat.Pax, ("train/", ""), ("train/1.png", "one"), ($"train/{longName}", "long"),
            ("train/sub/2.png", "")));

        var report = ArchiveUnpacker.Unpack(archive, folder.File("out"), null, null, TestContext.Current.CancellationToken);

        Assert.Equal((3, 7), (report.Files, report.Bytes));
        Assert.Equal("one", File.ReadAllText(folder.File("out", "1.png")));
        Assert.Equal("long", File.ReadAllText(folder.File("out", longName)));
        Assert.Empty(File.ReadAllBytes(folder.File("out", "sub", "2.png")));
    }

    [Fact]
    public void A_link_to_an_empty_folder_stays_one_and_its_folder_is_filled()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("large-disk"));
        Directory.CreateSymbolicLink(folder.File("out"), "large-disk");

        ArchiveUnpacker.Unpack(Write(folder, Tar(TarEntryFormat.Pax, ("a/1.png", "one"))), folder.File("out"), null, null,
            TestContext.Current.CancellationToken);

        Assert.NotNull(new DirectoryInfo(folder.File("out")).LinkTarget);
        Assert.Equal("one", File.ReadAllText(folder.File("large-disk", "1.png")));
        Assert.Equal(["archive.tar.gz", "large-disk", "out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_that_somebody_unpacks_to_is_refused()
    {
        using var folder = new TemporaryFolder();
        var archive = Write(folder, Tar(TarEntryFormat.Pax, ("a/1.png", "one")));
        using (WriterLock.Take("out", RealPath.Of(folder.File("out")) + ".espalier-lock"))
        {
            var refused = Assert.Throws<EspalierException>(() => ArchiveUnpacker.Unpack(archive, folder.File("out"), null,
                null, TestContext.Current.CancellationToken));
            Assert.Contains($"is being written by another process ({Environment.ProcessId})", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, ArchiveUnpacker.Unpack(archive, folder.File("out"), null, null, TestContext.Current.CancellationToken).Files);
    }

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.V7)]
    public void Every_format_is_read(TarEntryFormat format)
    {
        using var folder = new TemporaryFolder();
        ArchiveUnpacker.Unpack(Write(folder, Tar(format, ("a/1.png", "one"), ("a/2.png", "two"))), folder.File("out"), null,
            null, TestContext.Current.CancellationToken);

        Assert.Equal("two", File.ReadAllText(folder.File("out", "2.png")));
    }

    [Theory]
    [InlineData("../evil.png", "leads out of its folder")]
    [InlineData("a/../../evil.png", "leads out of its folder")]
    [InlineData("/etc/evil.png", "has an absolute path")]
    [InlineData("\\\\server\\evil.png", "has an absolute path")]
    [InlineData("C:evil.png", "not every system can bear")]
    [InlineData("a/NUL.png", "not every system can bear")]
    [InlineData("a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r.png", "folders deep")]
    public void Names_that_lead_elsewhere_are_refused_and_nothing_stays(string name, string reason)
    {
        using var folder = new TemporaryFolder();
        var archive = Write(folder, Tar(TarEntryFormat.Pax, ("good.png", "good"), (name, "evil")));

        var message = Refused(folder, archive);

        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    public void Links_and_devices_are_refused(TarEntryType type)
    {
        using var folder = new TemporaryFolder();
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, "link.png");
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
            writer.WriteEntry(entry);
        }

        Refused(folder, Write(folder, tar.ToArray()));
    }

    [Fact]
    public void Bombs_stop_at_the_limits()
    {
        using var folder = new TemporaryFolder();
        var limits = new ArchiveLimits { MaximumEntryBytes = 1000, MaximumTotalBytes = 2500, MaximumEntries = 4 };

        Assert.Contains("at most 1000", Refused(folder, Write(folder, Tar(TarEntryFormat.Ustar, ("a.png", new string('x', 1001)))), limits),
            StringComparison.Ordinal);
        Assert.Contains(
            "2500",
            Refused(
                folder,
                Write(
                    folder,
                    Tar(
                        TarEntryFormat.Ustar,
                        ("a.png", new string('x', 900)),
                        ("b.png", new string('x', 900)),
                        ("c.png", new string('x', 900))
                    )
                ),
                limits
            ),
            StringComparison.Ordinal
        );
        Assert.Contains("more than 4 files", Refused(folder, Write(folder,
            Tar(TarEntryFormat.Ustar, [.. Enumerable.Range(0, 6).Select(i => ($"{i}.png", ""))])), limits), StringComparison.Ordinal);

        // 100 MB of zeros in 100 KB: the ratio gives it away, before the size does.
        var bomb = Write(folder, Tar(TarEntryFormat.Ustar, ("zeros.png", new string('\0', 100 << 20))));
        Assert.True(new FileInfo(bomb).Length < 1 << 20);
        Refused(folder, bomb);
    }

    [Fact]
    public void Truncated_archives_are_refused_at_every_length()
    {
        using var folder = new TemporaryFolder();
        var whole = Gzip(Tar(TarEntryFormat.Pax, ("a/1.png", "one"), ("a/2.png", new string('y', 700))));
        for (var length = 0; length < whole.Length; length += 7)
        {
            var archive = folder.File("cut.tar.gz");
            File.WriteAllBytes(archive, whole[..length]);
            Refused(folder, archive);
        }
    }

    [Fact]
    public void Ten_thousand_mutations_end_in_an_archive_or_in_the_one_exception()
    {
        using var folder = new TemporaryFolder();
        var tar = Tar(TarEntryFormat.Pax, ("train/", ""), ("train/1.png", "one"), ($"train/{new string('n', 130)}.png", "long name"),
            ("train/2.png", new string('z', 600)));
        var random = new Random(7);
        var (unpacked, refused) = (0, 0);
        var limits = new ArchiveLimits { MaximumTotalBytes = 1 << 20, MaximumEntryBytes = 1 << 20, MaximumEntries = 100 };
        for (var i = 0; i < 10_000; i++)
        {
            var mutated = (byte[])tar.Clone();
            for (var change = random.Next(1, 5); change > 0; change--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            var bytes = i % 2 == 0 ? GzipStored(mutated) : Mutated(GzipStored(tar), random);
            try
            {
                var reader = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
                Read(new TarReader(reader, "mutated"), limits);
                unpacked++;
            }
            catch (Exception exception) when (exception is ArchiveException or InvalidDataException)
            {
                refused++; // The unpacker makes the one of the other: held for whole files above.
            }
        }

        Assert.Equal(10_000, unpacked + refused);
        Assert.True(refused > 1000, $"{refused} were refused");
    }

    [Fact]
    public void Mutated_files_leave_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var tar = Tar(TarEntryFormat.Ustar, ("train/1.png", "one"), ("train/2.png", new string('z', 600)));
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var archive = folder.File("m.tar.gz");
            File.WriteAllBytes(archive, Mutated(GzipStored(tar), random));
            try
            {
                ArchiveUnpacker.Unpack(archive, folder.File("out"), null, null, TestContext.Current.CancellationToken);
                Directory.Delete(folder.File("out"), recursive: true);
            }
            catch (ArchiveException)
            {
                Assert.False(Directory.Exists(folder.File("out")));
            }
        }
    }

    private static void Read(TarReader reader, ArchiveLimits limits)
    {
        var buffer = new byte[4096];
        long total = 0;
        for (var entries = 0; reader.Next() is { } entry && entries < limits.MaximumEntries; entries++)
        {
            EntryPath.Parts(entry.Path, limits, out _);
            for (int read; (read = reader.Read(buffer)) > 0;)
            {
                if ((total += read) > limits.MaximumTotalBytes) return;
            }
        }
    }

    private static string Refused(TemporaryFolder folder, string archive, ArchiveLimits? limits = null)
    {
        var exception = Assert.Throws<ArchiveException>(() => ArchiveUnpacker.Unpack(archive, folder.File("out"), limits,
            null, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(folder.File("out")));
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories),
            path => path.Contains("evil", StringComparison.Ordinal));
        return exception.Message;
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        var mutated = (byte[])bytes.Clone();
        for (var change = random.Next(1, 4); change > 0; change--) mutated[random.Next(mutated.Length)] ^= (byte)(1 << random.Next(8));
        return mutated;
    }

    private static byte[] Tar(TarEntryFormat format, params (string Name, string Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var type = name.EndsWith('/') ? TarEntryType.Directory : format == TarEntryFormat.V7
                    ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
                System.Formats.Tar.TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(type, name),
                    _ => new PaxTarEntry(type, name),
                };
                if (type != TarEntryType.Directory) entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    private static string Write(TemporaryFolder folder, byte[] tar)
    {
        var path = folder.File("archive.tar.gz");
        File.WriteAllBytes(path, Gzip(tar));
        return path;
    }

    private static byte[] Gzip(byte[] bytes) => Gzip(bytes, CompressionLevel.Optimal);

    private static byte[] GzipStored(byte[] bytes) => Gzip(bytes, CompressionLevel.NoCompression);

    private static byte[] Gzip(byte[] bytes, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
