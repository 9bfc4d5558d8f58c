using Espalier.Cli;
using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier thin</c>.</summary>
public class ThinCommandTests
{
    [Fact]
    public void The_command_that_it_leads_to_is_understood()
    {
        var words = ThinCommand.Next("thin/net.onnx").Split(' ');

        Assert.Equal("espalier", words[0]);
        Assert.Empty(EspalierCommand.Root(new TerminalSession(TextWriter.Null, TextWriter.Null)).Parse(words[1..]).Errors);
    }
}
