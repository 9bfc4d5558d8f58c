namespace Espalier.Runtime.Tests;

public sealed class ClassNameTextTests
{
    [Theory]
    [InlineData("{0: 'person', 1: 'traffic light'}", new[] { "person", "traffic light" })]
    [InlineData("{1: \"bob's\", 0: 'a'}", new[] { "a", "bob's" })]
    [InlineData("['0', '1']", new[] { "0", "1" })]
    [InlineData("{0: 'it\\'s', 1: 'back\\\\slash', 2: 'two\\nlines',}", new[] { "it's", "back\\slash", "two\nlines" })]
    [InlineData(" { 0 : 'a, b: c' } ", new[] { "a, b: c" })]
    public void What_Python_prints_is_read(string text, string[] names) => Assert.Equal(names, ClassNameText.FromPython(text)!.Value);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{0: 'a'")]
    [InlineData("{0: 'a}")]
    [InlineData("{0: a}")]
    [InlineData("{0: 'a' 1: 'b'}")]
    [InlineData("{0: 'a', 2: 'b'}")]
    [InlineData("{0: 'a', 0: 'b'}")]
    [InlineData("{-1: 'a'}")]
    [InlineData("{0: 'a\\")]
    [InlineData("__import__('os')")]
    public void Anything_else_is_refused(string text) => Assert.Null(ClassNameText.FromPython(text));

    [Fact]
    public void Json_lists_are_read()
    {
        Assert.Equal(["a", "b\"c"], ClassNameText.FromJson("[\"a\", \"b\\\"c\"]")!.Value);
        Assert.Null(ClassNameText.FromJson("[1]"));
        Assert.Null(ClassNameText.FromJson("{"));
    }
}
