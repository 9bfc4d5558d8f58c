using System.Runtime.InteropServices;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Server;

namespace Espalier.Cli.Commands;

/// <summary>A server from its first line to its last answer: until Ctrl-C or SIGTERM.</summary>
internal static class ServingSession
{
    private const string KeyVariable = "ESPALIER_API_KEY";

    /// <summary>What the environment says of a server.</summary>
    public static ServerOptions Start() =>
        new() { ApiKey = Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null };

    /// <summary>Serves until it is told to end.</summary>
    /// <param name="options">What, and where.</param>
    /// <param name="page">The page to open, behind the address.</param>
    /// <param name="terminal">Where it speaks.</param>
    public static void Run(ServerOptions options, string page, TerminalSession terminal) =>
        RunAsync(options, page, terminal).GetAwaiter().GetResult();

    private static async Task RunAsync(ServerOptions options, string page, TerminalSession terminal)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(terminal.Interrupted);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.Cancel();
        });
        await using var server = await EspalierServer.Start(options, note => terminal.Say(FailureSentence.Polish(note)), ended.Token);
        string[] served = [string.Join(", ", server.Models), options.Runs ?? ""];
        terminal.Output.WriteLine(
            PlainText.OneLine($"{server.Address}{page}  {string.Join(", ", served.Where(text => text.Length > 0))}"));
        terminal.Output.Flush();
        if (options.ApiKey is null && !new Uri(server.Address).IsLoopback)
            terminal.Say($"Other machines are let in, and asked for no key: --api-key, or the variable {KeyVariable}, sets one.");
        terminal.Say("Ctrl-C ends it.");
        await Task.Delay(Timeout.Infinite, ended.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        terminal.Say("Answering what is under way …");
        await server.Stop();
    }
}
