using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Svhn.Cropped;
using Espalier.Pipelines;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data crops FILE.mat --output DIR</c>: SVHN's format 2 becomes pictures, a folder a digit.</summary>
internal sealed class DataCropsCommand : Verb
{
    private readonly Argument<string> _file = new("file") { Description = "A train_32x32.mat, test_32x32.mat or extra_32x32.mat" };
    private readonly Option<string> _output =
        new("--output") { Description = "The folder to write: not there yet, or empty", HelpName = "folder", Required = true };
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataCropsCommand(TerminalSession terminal)
        : base(terminal, "crops", "Turn SVHN's format 2 (cropped digits in a .mat) into pictures; a folder a digit, and a table") =>
            Takes([_file, _output, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier data crops train_32x32.mat --output crops"];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var output = parsed.GetValue(_output)!;
        var counts = CropFolder.Write(parsed.GetValue(_file)!, output, new PhotoProgressTeller(new TerminalListener(terminal), "writing"),
            terminal.Interrupted);
        terminal.Clear();
        var digits = string.Join(", ", counts.Select((count, digit) => Invariant($"{digit}: {count:N0}")));
        terminal.Output.Write(parsed.GetValue(_json)
            ? JsonOutput.Text(new { Folder = Path.GetFullPath(output), Pictures = counts.Sum(), PerDigit = counts })
            : Invariant($"{digits}\nWritten: {output}, {counts.Sum():N0} pictures\n"));
        return ExitCodes.Done;
    }
}
