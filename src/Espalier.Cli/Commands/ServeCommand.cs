using System.CommandLine;
using System.Runtime.InteropServices;
using Espalier.Cli.Terminal;
using Espalier.HouseNumbers;
using Espalier.Pipelines.Models;
using Espalier.Server;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier serve MODEL…</c>: a page and an API for models, until Ctrl-C or SIGTERM.</summary>
internal sealed class ServeCommand : Verb
{
    private const string KeyVariable = "ESPALIER_API_KEY";

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
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var start = new ServerOptions
        {
            Models = [.. (parsed.GetValue(_models) is { Length: > 0 } models ? models : [HouseNumberModel.Name]).Select(Source)],
            ApiKey = Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null,
        };
        Serve(_options.Read(parsed, start), terminal).GetAwaiter().GetResult();
        return ExitCodes.Done;
    }

    private static ModelSource Source(string model) =>
        ModelFiles.IsShipped(model) ? ModelSource.Of(model, () => HouseNumberModel.Read()) : ModelSource.Parse(model);

    private static async Task Serve(ServerOptions options, TerminalSession terminal)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(terminal.Interrupted);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.Cancel();
        });
        await using var server = await EspalierServer.Start(options, note => terminal.Say(FailureSentence.Polish(note)), ended.Token);
        terminal.Output.WriteLine($"{server.Address}  {string.Join(", ", server.Models)}");
        terminal.Output.Flush();
        terminal.Say("Ctrl-C ends it.");
        await Task.Delay(Timeout.Infinite, ended.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        terminal.Say("Answering what is under way …");
        await server.Stop();
    }
}
