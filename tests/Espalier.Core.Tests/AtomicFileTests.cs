using Espalier.Core;
using Espalier.Tests;

namespace Espalier.Vision.Tests;

public sealed class AtomicFileTests
{
    [Fact]
    public void Content_arrives_whole_and_missing_folders_are_created()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a", "b", "c.txt");
        AtomicFile.WriteAllText(path, "first");
        AtomicFile.WriteAllText(path, "zwölf");
        Assert.Equal("zwölf"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.File("a", "b")));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("kept.bin");
        AtomicFile.WriteAllBytes(path, [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidOperationException();
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_full_disk_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.bin");
        var exception = Assert.Throws<EspalierException>(() => AtomicFile.Write(path,
            _ => throw new IOException("No space left on device", 28)));
        Assert.Equal($"Cannot write '{path}': the disk is full.", exception.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        var exception = Assert.Throws<EspalierException>(() => AtomicFile.WriteAllText(folder.File("file", "x.txt"), ""));
        Assert.StartsWith("Cannot write '", exception.Message, StringComparison.Ordinal);
        Assert.Equal([folder.File("file")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_target_that_is_a_folder_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("taken"));
        Assert.Throws<EspalierException>(() => AtomicFile.WriteAllText(folder.File("taken"), ""));
        Assert.Equal([folder.File("taken")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_link_stays_one_and_what_it_leads_to_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("old.txt"), "old");
        File.CreateSymbolicLink(folder.File("link.txt"), "old.txt");
        File.CreateSymbolicLink(folder.File("dangling.txt"), Path.Combine("new", "made.txt"));

        AtomicFile.WriteAllText(folder.File("link.txt"), "first");
        AtomicFile.WriteAllText(folder.File("dangling.txt"), "second");

        Assert.Equal("old.txt", new FileInfo(folder.File("link.txt")).LinkTarget);
        Assert.Equal("first", File.ReadAllText(folder.File("old.txt")));
        Assert.Equal("second", File.ReadAllText(folder.File("new", "made.txt")));
    }

    // Not of /dev/null: without what this holds, it would be gone.
    [Fact]
    public void A_device_is_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "devices have no paths there");

        var refusal = Assert.Throws<EspalierException>(() => AtomicFile.WriteAllText("/dev/espalier.none", ""));

        Assert.Equal("Cannot write '/dev/espalier.none': /dev holds devices, whose place no file may take.", refusal.Message);
    }

    [Fact]
    public void What_a_killed_writer_left_is_removed_but_a_live_one_is_spared()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.bin");
        var dead = folder.File($"other.bin.{Guid.NewGuid():N}.tmp");
        var foreign = folder.File("x.bin.0123.tmp");
        var alive = $"{path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(dead, "part");
        File.WriteAllText(foreign, "of somebody else");
        File.SetLastWriteTimeUtc(foreign, DateTime.UtcNow.AddMinutes(-5));
        using (var writer = new FileStream(alive, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            File.SetLastWriteTimeUtc(dead, DateTime.UtcNow.AddMinutes(-5));
            File.SetLastWriteTimeUtc(writer.SafeFileHandle, DateTime.UtcNow.AddMinutes(-5));
            AtomicFile.WriteAllText(path, "new");
        }

        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(alive));
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public void Writers_of_one_target_do_not_mix()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.bin");
        Parallel.For(0, 16, i => AtomicFile.WriteAllBytes(path, Enumerable.Repeat((byte)i, 50_000).ToArray()));
        Assert.Single(File.ReadAllBytes(path).Distinct());
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
