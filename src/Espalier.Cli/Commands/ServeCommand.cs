using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.HouseNumbers;
using Espalier.Pipelines.Models;
using Espalier.Server;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier serve MODEL…</c>: a page and an API for models, until Ctrl-C or SIGTERM.</summary>
internal sealed class ServeCommand : Verb
{
    private readonly Argument<string[]> _models = new("model")
    {
        Description = "An .onnx file, NAME=FILE, or a folder of .onnx files, which may come, change and go; "
            + $"{HouseNumberModel.Name}, which comes along, if none is named",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly DescribedOptions<ServerOptions> _options = new(ServerOptions.Table, new ServerOptions());

    public ServeCommand(TerminalSession terminal)
        : base(terminal, "serve", "Serve models over HTTP, with a page to look at them") => Takes([_models, .. _options.All]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier serve",
        "espalier serve best.onnx",
        "espalier serve digits=best.onnx cars=yolov5s.onnx --port 8000",
        "espalier serve models --host 0.0.0.0 --corrections corrected",
        "espalier serve --runs runs",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var models = parsed.GetValue(_models) is { Length: > 0 } named ? named : [HouseNumberModel.Name];
        var start = ServingSession.Start() with { Models = [.. models.Select(Source)] };
        ServingSession.Run(_options.Read(parsed, start), "", terminal);
        return ExitCodes.Done;
    }

    private static ModelSource Source(string model) =>
        ModelFiles.IsShipped(model) ? ModelSource.Of(model, () => HouseNumberModel.Read()) : ModelSource.Parse(model);
}
