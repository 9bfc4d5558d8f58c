using System.Globalization;
using System.Net;
using Espalier.Cli;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier serve</c>: it says where it listens, answers, and ends with what is under way when it is told to.</summary>
public sealed class ServeCommandTests(TrainedRun trained) : IDisposable
{
    private const string Warning =
        "Other machines are let in, and asked for no key: --api-key, or the variable ESPALIER_API_KEY, sets one.\n";

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("127.0.0.1", null, "")]
    [InlineData("0.0.0.0", null, Warning)]
    [InlineData("0.0.0.0", "secret", "")]
    public void It_says_where_it_listens_and_to_whom_answers_and_ends_well_when_interrupted(string host, string? key, string warning)
    {
        CommandRun.Of("export", trained.Best, "--no-latency", "--output", _workspace.At("colours.onnx")).Succeeded();
        using var interrupted = new CancellationTokenSource();
        using var client = new HttpClient();
        HttpStatusCode? health = null;
        using var output = new Told(line =>
        {
            var address = line.Split(' ')[0].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
            health = client.GetAsync(address + "/healthz").GetAwaiter().GetResult().StatusCode;
            interrupted.Cancel();
        });
        using var error = new StringWriter(CultureInfo.InvariantCulture);

        string[] words = ["serve", $"shades={_workspace.At("colours.onnx")}", "--port", "0", "--host", host];
        var code = EspalierCommand.Run([.. words, .. key is null ? Array.Empty<string>() : ["--api-key", key]],
            new TerminalSession(output, error, interrupted: interrupted.Token));

        Assert.Equal((ExitCodes.Done, HttpStatusCode.OK), (code, health));
        Assert.Matches(@"^http://[0-9.]+:\d+  shades\r?\n$", output.ToString());
        Assert.StartsWith($"http://{host}:", output.ToString(), StringComparison.Ordinal);
        Assert.Equal($"{warning}Ctrl-C ends it.\nAnswering what is under way …\n", error.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void What_cannot_be_served_is_refused_in_a_sentence()
    {
        Assert.Equal($"There is no file or folder '{_workspace.At("none.onnx")}'.",
            CommandRun.Of("serve", _workspace.At("none.onnx")).Sentence());
        Assert.Equal($"'{trained.Best}' is no .onnx file; `espalier export` makes one of a checkpoint.",
            CommandRun.Of("serve", trained.Best).Sentence());
        // A script's unset variable.
        var nothing = CommandRun.Of("serve", "digits=");
        Assert.Equal(ExitCodes.WrongWords, nothing.Code);
        Assert.StartsWith("espalier: A model is FILE, FOLDER or NAME=FILE, and 'digits=' names no file.", nothing.Error,
            StringComparison.Ordinal);
    }

    /// <summary>Output that tells of its first line.</summary>
    private sealed class Told(Action<string> tell) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            tell(value!);
        }
    }
}
