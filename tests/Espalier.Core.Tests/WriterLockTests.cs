using Espalier.Core;
using Espalier.Tests;

namespace Espalier.Vision.Tests;

/// <summary>Of two that write one thing the second is refused, and who was killed stands in nobody's way.</summary>
public sealed class WriterLockTests
{
    [Fact]
    public void A_second_writer_is_told_who_the_first_is()
    {
        using var folder = new TemporaryFolder();
        using var first = WriterLock.Take("street", folder.File("lock"));

        var refused = Assert.Throws<EspalierException>(() => WriterLock.Take("street", folder.File("lock"))).Message;

        Assert.Equal($"'street' is being written by another process ({Environment.ProcessId}): wait for it, or choose another place.",
            refused);
        Assert.False(first.TookOver);
    }

    [Fact]
    public void A_lock_that_is_given_back_leaves_nothing_and_can_be_taken_again()
    {
        using var folder = new TemporaryFolder();
        WriterLock.Take("street", folder.File("lock")).Dispose();
        Assert.Empty(Directory.GetFiles(folder.Path));

        using var again = WriterLock.Take("street", folder.File("lock"));
        Assert.False(again.TookOver);
    }

    [Fact]
    public void What_a_killed_process_left_is_taken_over()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("lock"),
            "4711 of a process that is no more, in a file that is longer than ours would be, so that a rest of it would be seen");
        using var taken = WriterLock.Take("street", folder.File("lock"));

        Assert.True(taken.TookOver);
        Assert.Contains($"({Environment.ProcessId})", Assert.Throws<EspalierException>(() => WriterLock.Take("street", folder.File("lock")))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_that_ask_at_once_one_at_a_time_holds_it()
    {
        using var folder = new TemporaryFolder();
        var (holders, held) = (0, 0);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            try
            {
                using var taken = WriterLock.Take("street", folder.File("lock"));
                Assert.Equal(1, Interlocked.Increment(ref holders));
                Interlocked.Increment(ref held);
                Interlocked.Decrement(ref holders);
            }
            catch (EspalierException)
            {
                // Another one holds it.
            }
        });
        Assert.True(held > 0);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_new_folder_is_given_to_one_of_many()
    {
        using var folder = new TemporaryFolder();
        var made = 0;
        for (var round = 0; round < 50; round++)
        {
            Parallel.For(0, 4, _ =>
            {
                if (NewFolders.TryCreateNew(folder.File("runs", $"train{round}"), out var _)) Interlocked.Increment(ref made);
            });
        }

        Assert.Equal(50, made);
        File.WriteAllText(folder.File("file"), "");
        Assert.Throws<IOException>(() => NewFolders.TryCreateNew(folder.File("file", "below"), out _));
    }

    [Fact]
    public void Links_are_followed_wherever_they_stand_in_a_path()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        using var folder = new TemporaryFolder();
        var real = RealPath.Of(folder.Path);
        Directory.CreateDirectory(folder.File("real", "inner"));
        Directory.CreateSymbolicLink(folder.File("link"), "real");
        Directory.CreateSymbolicLink(folder.File("real", "dangling"), "../nowhere");

        Assert.Equal(Path.Combine(real, "real", "inner", "new"), RealPath.Of(folder.File("link", "inner", "new")));
        Assert.Equal(Path.Combine(real, "nowhere"), RealPath.Of(folder.File("link", "dangling")));
    }
}
