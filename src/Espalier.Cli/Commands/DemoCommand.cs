using System.CommandLine;
using Espalier.Cli.Demo;
using Espalier.Cli.Terminal;
using Espalier.Core;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier demo</c>: the whole story on a generated street, with nothing to download.</summary>
internal sealed class DemoCommand : Verb
{
    private readonly Option<string> _output = CommonOptions.Text("--output",
        "The folder for everything: not there yet, or a demo's that goes on", "folder", "demo");
    private readonly DescribedOptions<DemoOptions> _options = new(DemoOptions.Table, new DemoOptions());

    public DemoCommand(TerminalSession terminal)
        : base(terminal, "demo", "Draw a street, train a detector on it, and look at what it found: minutes, nothing to download") =>
            Takes([_output, .. _options.All]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier demo"];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var folder = new DemoFolder(parsed.GetValue(_output)!);
        if (Directory.Exists(folder.Path) && !File.Exists(folder.Data) && !File.Exists(folder.Size) && Directory.EnumerateFileSystemEntries(
            folder.Path).Any(entry => !Path.GetFileName(entry).Contains(WriterLock.Mark, StringComparison.Ordinal)))
            throw new EspalierException($"'{folder.Path}' holds something else than a demo; name another folder with --output");
        if (File.Exists(folder.Path)) throw new EspalierException($"'{folder.Path}' is a file; name a folder with --output");
        return new DemoStory(folder, _options.Read(parsed), terminal).Tell() ? ExitCodes.Done : ExitCodes.Failed;
    }
}
