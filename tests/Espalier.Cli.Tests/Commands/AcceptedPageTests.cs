using System.CommandLine;
using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Tests.Commands;

/// <summary><c>docs/accepted.md</c> says what is accepted; what of it derives from code is compared with the code.</summary>
public class AcceptedPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "accepted.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Every_command_has_its_row_of_options()
    {
        var root = EspalierCommand.Root(new TerminalSession(TextWriter.Null, TextWriter.Null));
        var rows = string.Concat(Leaves(root, "")
            .Select(leaf => $"| `{leaf.Path}` | {string.Join(' ', leaf.Command.Options.Select(option => $"`{option.Name}`"))} |\n"));

        Assert.True(Page.Contains(rows, StringComparison.Ordinal), $"docs/accepted.md should hold these rows:\n{rows}");
    }

    [Fact]
    public void Every_ending_of_pictures_stands_there() =>
        Assert.Contains($"| pictures | {string.Join(' ', PictureReader.Extensions.Select(ending => $"`{ending}`"))} |",
            Page, StringComparison.Ordinal);

    [Fact]
    public void Every_hyper_parameter_stands_there() =>
        Assert.Contains(string.Join(' ', HyperParameterFile.Values(new HyperParameters()).Select(pair => $"`{pair.Name}`")),
            Page, StringComparison.Ordinal);

    [Fact]
    public void Every_option_of_yolov5_s_that_is_another_here_stands_there() =>
        Assert.All(Yolov5Words.Names, name => Assert.Contains($"`{name}", Page, StringComparison.Ordinal));

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.SelectMany(inner => Leaves(inner, $"{path} {inner.Name}".Trim()));
}
