using Espalier.Pipelines.Bulk;
using Espalier.Tests;

namespace Espalier.Pipelines.Tests.Bulk;

/// <summary>More names than are held come in order all the same.</summary>
public sealed class NameSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(101)]
    public void Photos_come_by_path_and_nothing_is_left(int count)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        var photos = Enumerable.Range(0, count).Select(i => new ListedPhoto($"{random.Next():x}/é{i}.jpg", 0, i)).ToList();

        var sorted = NameSort.Sort(photos, folder.Path, held: 4).ToList();

        Assert.Equal(photos.OrderBy(photo => photo.Path, StringComparer.Ordinal), sorted);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Only_a_few_are_held()
    {
        using var folder = new TemporaryFolder();
        using var sorted = NameSort.Sort(Enumerable.Range(0, 100).Select(i => new ListedPhoto($"{i}", 0, i)), folder.Path, held: 10)
            .GetEnumerator();
        Assert.True(sorted.MoveNext());

        Assert.Equal(10, Directory.GetFiles(folder.Path).Length);
    }
}
