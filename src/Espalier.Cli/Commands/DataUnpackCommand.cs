using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Archives;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data unpack ARCHIVE</c>: unpacks a .tar.gz, safely.</summary>
internal sealed class DataUnpackCommand : Verb
{
    private readonly Argument<string> _archive = new("archive") { Description = "A .tar.gz" };
    private readonly Option<string?> _output = CommonOptions.OptionalText("--output",
        "The folder to make: not there yet, or empty [default: the archive's name without .tar.gz, beside it]", "folder");

    public DataUnpackCommand(TerminalSession terminal)
        : base(terminal, "unpack", "Unpack a .tar.gz: whole or not at all, nothing outside its folder") => Takes([_archive, _output]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier data unpack train.tar.gz",
        "espalier data unpack extra.tar.gz --output /data/svhn/extra"];

    /// <summary>Unpacks, and says what came of it.</summary>
    public static UnpackReport Unpack(string archive, string output, TerminalSession terminal)
    {
        var report = ArchiveUnpacker.Unpack(archive, output, null, new TransferLine(terminal, $"unpacking {Path.GetFileName(archive)}"),
            terminal.Interrupted);
        terminal.Clear();
        terminal.Output.WriteLine(Invariant($"Written: {report.Folder}, {report.Files:N0} files, {report.Bytes / 1e6:N1} MB"));
        return report;
    }

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var archive = parsed.GetValue(_archive)!;
        Unpack(archive, parsed.GetValue(_output) ?? DefaultOutput(archive), terminal);
        return ExitCodes.Done;
    }

    private static string DefaultOutput(string archive)
    {
        foreach (var ending in new[] { ".tar.gz", ".tgz" })
        {
            if (archive.Length > ending.Length && archive.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return archive[..^ending.Length];
        }

        return archive + "-unpacked";
    }
}
