using Espalier.Core.Metadata;

namespace Espalier.Runtime.Tests;

public sealed class ClassNameTextTests
{
    [Theory]
    [InlineData("{0: 'person', 1: 'traffic light'}", new[] { "person", "traffic light" })]
    [InlineData("{1: \"bob's\", 0: 'a'}", new[] { "a", "bob's" })]
    [InlineData("['0', '1']", new[] { "0", "1" })]
    [InlineData("{0: 'it\\'s', 1: 'back\\\\slash', 2: 'two\\nlines',}", new[] { "it's", "back\\slash", "two\nlines" })]
    [InlineData(" { 0 : 'a, b: c' } ", new[] { "a, b: c" })]
    [InlineData("[1, 2, 9, 0]", new[] { "1", "2", "9", "0" })]
    [InlineData("{0: 1, 1: 'two', 2: 3.0, 3: True, 4: None, 5: -1, 6: 1e-05}", new[] { "1", "two", "3.0", "True", "None", "-1", "1e-05" })]
    [InlineData("{'0': 'a', '1': 2}", new[] { "a", "2" })]
    [InlineData("{\"0\": \"a\", \"1\": \"\\u00e9\"}", new[] { "a", "\u00e9" })]
    [InlineData("('a', 'b')", new[] { "a", "b" })]
    [InlineData("('a',)", new[] { "a" })]
    [InlineData("{0: 'stop\\xa0sign', 1: 'tab\\there', 2: '\\ufeffmark', 3: '\\101\\0', 4: '\\U0001f600', 5: '\\ud83d\\ude00'}",
        new[] { "stop\u00a0sign", "tab\there", "\ufeffmark", "A\0", "\U0001f600", "\U0001f600" })]
    [InlineData("['a\\/b', u'c', r'd\\n', 'it\\'s', \"\\\"\"]", new[] { "a\\/b", "c", "d\\n", "it's", "\"" })]
    [InlineData("OrderedDict([(0, 'a'), (1, np.int64(2))])", new[] { "a", "2" })]
    [InlineData("{0: datetime.date(2020, 1, 31)}", new[] { "2020-01-31" })]
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
    [InlineData("{0: ['a']}")]
    [InlineData("{1: 'a', 2: 'b'}")]
    [InlineData("{'cat': 0}")]
    [InlineData("{'a', 'b'}")]
    [InlineData("['a' 'b']")]
    [InlineData("[1, 2")]
    [InlineData("[true]")]
    [InlineData("['\\ud800']")]
    [InlineData("['\\xg1']")]
    [InlineData("['\\Uffffffff']")]
    [InlineData("['\\N{DASH}']")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]")]
    public void Anything_else_is_refused(string text) => Assert.Null(ClassNameText.FromPython(text));

    [Fact]
    public void Json_lists_are_read()
    {
        Assert.Equal(["a", "b\"c"], TextList.Parse("[\"a\", \"b\\\"c\"]")!.Value);
        Assert.Null(TextList.Parse("[1]"));
        Assert.Null(TextList.Parse("{"));
    }
}
