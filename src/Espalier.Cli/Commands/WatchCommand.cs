using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Server;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier watch [RUNS]</c>: a page on which trainings can be watched and steered, until Ctrl-C or SIGTERM.</summary>
internal sealed class WatchCommand : Verb
{
    private readonly Argument<string> _runs = new("runs")
    {
        Description = "The folder of runs",
        DefaultValueFactory = _ => "runs",
    };

    private readonly DescribedOptions<ServerOptions> _options = new(ServerOptions.Table, new ServerOptions(),
        "--host", "--port", "--api-key");

    public WatchCommand(TerminalSession terminal)
        : base(terminal, "watch", "Watch trainings on a page as they go, and steer them") => Takes([_runs, .. _options.All]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier watch", "espalier watch runs --port 8081"];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var runs = parsed.GetValue(_runs)!;
        if (!Directory.Exists(runs)) throw new EspalierException($"there is no folder '{runs}': name the one that trainings write to");
        ServingSession.Run(_options.Read(parsed, ServingSession.Start() with { Runs = runs }), "/watch", terminal);
        return ExitCodes.Done;
    }
}
