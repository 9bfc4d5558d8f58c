using System.Text.Json;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier read</c>: text, JSON, a table and pictures, of the pictures that can be read.</summary>
public class ReadCommandTests(TrainedRun trained)
{
    [Fact]
    public void Every_picture_gets_a_line_and_the_table_and_pictures_are_written()
    {
        using var workspace = new Workspace();
        var run = CommandRun.WithDecimalComma("read", trained.Best, "--source", trained.Pictures, "--conf", "0.01", "--save-csv",
            "--save-pictures", "--project", workspace.Project).Succeeded();

        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(8, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"\.png  (nothing|\d+ \(\d\.\d\d\)(, \d+ \(\d\.\d\d\))*)\r?$", line));
        Assert.Equal("picture,number,confidence,left,top,right,bottom,accepted",
            File.ReadAllLines(workspace.At("runs", "read", "numbers.csv"))[0]);
        Assert.Equal(8, Directory.GetFiles(workspace.At("runs", "read"), "*.png").Length);
    }

    [Fact]
    public void Json_holds_lines_digits_and_alternatives()
    {
        var run = CommandRun.WithDecimalComma("read", trained.Best, "--source", trained.Pictures, "--conf", "0.001", "--json").Succeeded();
        var pictures = JsonDocument.Parse(run.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(8, pictures.Count);
        foreach (var number in pictures.SelectMany(picture => picture.GetProperty("numbers").EnumerateArray()))
        {
            var digits = number.GetProperty("lines").EnumerateArray().SelectMany(line => line.EnumerateArray()).ToList();
            Assert.Equal(number.GetProperty("text").GetString(),
                string.Concat(digits.Select(digit => digit.GetProperty("digit").GetString())));
            Assert.All(digits, digit => Assert.Equal(JsonValueKind.Array, digit.GetProperty("alternatives").ValueKind));
        }
    }

    [Fact]
    public void What_is_not_there_or_no_detector_of_digits_is_refused()
    {
        using var workspace = new Workspace();
        Assert.Equal(
            $"there is no file or folder '{workspace.At("none")}'.",
            workspace
                .Refusal("read", trained.Best, "--source", workspace.At("none"))
                .ToLowerInvariant()
                .Replace(workspace.At("none").ToLowerInvariant(), workspace.At("none"), StringComparison.Ordinal)
        );
        Assert.Equal(ExitCodes.WrongWords, CommandRun.Of("read", trained.Best).Code);
    }

    [Fact]
    public void Without_a_model_the_one_that_comes_along_reads()
    {
        var sample = Repository.PathOf("samples", "house.jpg");
        var run = CommandRun.WithDecimalComma("read", sample).Succeeded();
        Assert.Matches(@"house\.jpg  124 \(0\.\d\d\)", run.Output);
        Assert.Equal(run.Output, CommandRun.WithDecimalComma("read", "house-numbers", "--source", sample).Succeeded().Output);
    }

    [Fact]
    public void What_is_not_confident_enough_cannot_be_read_and_the_best_guess_is_told()
    {
        using var workspace = new Workspace();
        var sample = Repository.PathOf("samples", "house.jpg");
        var run = CommandRun.WithDecimalComma("read", sample, "--accept", "1", "--save-csv", "--project", workspace.Project).Succeeded();

        Assert.Matches(@"house\.jpg  cannot read \(best guess 124, 0\.\d\d\)", run.Output);
        Assert.EndsWith(",no", File.ReadAllLines(workspace.At("runs", "read", "numbers.csv"))[1], StringComparison.Ordinal);
        Assert.False(Accepted("1"));
        Assert.True(Accepted("0"));

        bool Accepted(string least) =>
            JsonDocument.Parse(CommandRun.Of("read", sample, "--accept", least, "--json").Succeeded().Output).RootElement[0]
                .GetProperty("numbers")[0].GetProperty("accepted").GetBoolean();
    }

    [Fact]
    public void A_model_may_stand_before_pictures()
    {
        var pictures = Directory.GetFiles(trained.Pictures).Order(StringComparer.Ordinal).Take(2).ToArray();
        var run = CommandRun.Of(["read", trained.Best, .. pictures]).Succeeded();
        Assert.Equal(2, run.Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void A_phone_s_HEIC_among_other_pictures_is_named()
    {
        using var workspace = new Workspace();
        workspace.Write("photos/house.jpg", File.ReadAllBytes(Repository.PathOf("samples", "house.jpg")));
        workspace.Write("photos/IMG_1.HEIC", "no picture that can be read");

        var run = CommandRun.Of("read", workspace.At("photos")).Succeeded();

        Assert.Matches(@"house\.jpg  124 \(", run.Output);
        Assert.Contains($"Skipped: IMG_1.HEIC in '{workspace.At("photos")}': .HEIC cannot be read here; save as JPEG or PNG first.",
            run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_digits_are_read_by_the_second_look()
    {
        var sample = Repository.PathOf("samples", "street.jpg");
        Assert.Contains("  28 (", CommandRun.Of("read", sample).Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("  28 (", CommandRun.Of("read", sample, "--no-second-look").Succeeded().Output, StringComparison.Ordinal);
    }
}
