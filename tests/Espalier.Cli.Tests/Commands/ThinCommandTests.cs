using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;
using Espalier.Pipelines.Thinning;

namespace Espalier.Tests.Commands;

/// <summary>What <c>espalier thin</c> says at its end.</summary>
public sealed class ThinCommandTests
{
    [Fact]
    public void What_it_says_to_do_next_is_a_command()
    {
        var words = ThinCommand.Next(new ThinFolder("no-such-folder")).Split(' ');

        Assert.Equal("espalier", words[0]);
        Assert.Equal(ExitCodes.Failed, CommandRun.Of(words[1..]).Code);
    }
}
