using Espalier.Tests;

namespace Espalier.Core.Tests;

/// <summary>Lines of code fit side by side on a screen.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("samples")]
    [InlineData("bench")]
    public void No_line_of_code_is_longer_than_140_columns(string folder)
    {
        var separator = Path.DirectorySeparatorChar;
        var files = Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".html")
            .Where(file => !file.Contains($"{separator}obj{separator}", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(
            from file in files
            from line in File.ReadLines(file).Index()
            where line.Item.Length > Longest
            select $"{Path.GetRelativePath(Repository.PathOf(folder), file)}:{line.Index + 1}");
    }
}
