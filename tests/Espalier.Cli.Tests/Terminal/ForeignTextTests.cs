using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Datasets.Formats;

namespace Espalier.Tests.Terminal;

/// <summary>Texts of files that others made, where a terminal or a spreadsheet would take them for something else.</summary>
public class ForeignTextTests
{
    [Theory]
    [InlineData("plain.png", "plain.png")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "' =1")]
    [InlineData("\r\n=1", "'  =1")]
    [InlineData("a\u0007b\nc", "a\uFFFDb c")]
    public void A_cell_is_text_on_one_line(string text, string cell) => Assert.Equal(cell, CsvField.Quote(text));

    [Theory]
    [InlineData("photo\u202Egnp.exe", "photo\uFFFDgnp.exe")]
    [InlineData("\u2066a\u2069\u200F\u061C", "\uFFFDa\uFFFD\uFFFD\uFFFD")]
    [InlineData("\u001B[2Ja", "\uFFFD[2Ja")]
    [InlineData("a\u2028b", "a\uFFFDb")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("😀", "😀")]
    public void A_name_looks_like_what_it_is(string text, string shown) => Assert.Equal(shown, PlainText.OneLine(text));

    [Fact]
    public void A_photo_that_a_conversion_left_out_has_one_line_whatever_its_name()
    {
        var problem = new DatasetProblem("b\u001B[31m\nWritten: elsewhere", "there is no such file", PhotoSkipped: true);

        var text = DataSvhnCommand.ToText(new ConversionReport("data.yaml", [], 0, [problem]));

        Assert.Equal("missing-photo: 1\n  b\uFFFD[31m Written: elsewhere: there is no such file\nWritten: data.yaml\n", text);
    }

    [Fact]
    public void A_message_is_no_longer_than_a_path_can_make_it()
    {
        var sentence = FailureSentence.Of(new IOException(new string('x', 1_000_000)));
        Assert.InRange(sentence!.Length, 4096, 7000);
    }
}
