using System.Globalization;
using System.Net;
using Espalier.Cli;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier serve</c>: it says where it listens, answers, and ends with what is under way when it is told to.</summary>
public sealed class ServeCommandTests(TrainedRun trained) : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void It_says_where_it_listens_answers_and_ends_well_when_interrupted()
    {
        CommandRun.Of("export", trained.Best, "--no-latency", "--output", _workspace.At("colours.onnx")).Succeeded();
        using var interrupted = new CancellationTokenSource();
        using var client = new HttpClient();
        HttpStatusCode? health = null;
        using var output = new Told(line =>
        {
            health = client.GetAsync(line.Split(' ')[0] + "/healthz").GetAwaiter().GetResult().StatusCode;
            interrupted.Cancel();
        });
        using var error = new StringWriter(CultureInfo.InvariantCulture);

        var code = EspalierCommand.Run(["serve", $"shades={_workspace.At("colours.onnx")}", "--port", "0"],
            new TerminalSession(output, error, interrupted: interrupted.Token));

        Assert.Equal((ExitCodes.Done, HttpStatusCode.OK), (code, health));
        Assert.Matches(@"^http://127\.0\.0\.1:\d+  shades\r?\n$", output.ToString());
        Assert.Equal("Ctrl-C ends it.\nAnswering what is under way …\n", error.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void What_cannot_be_served_is_refused_in_a_sentence()
    {
        Assert.Equal($"There is no file or folder '{_workspace.At("none.onnx")}'.",
            CommandRun.Of("serve", _workspace.At("none.onnx")).Sentence());
        Assert.Equal($"'{trained.Best}' is no .onnx file; `espalier export` makes one of a checkpoint.",
            CommandRun.Of("serve", trained.Best).Sentence());
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
