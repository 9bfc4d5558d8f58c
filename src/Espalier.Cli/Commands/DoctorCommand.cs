using System.CommandLine;
using Espalier.Cli.Terminal;

namespace Espalier.Cli.Commands;

internal sealed class DoctorCommand : Command
{
    public DoctorCommand(TerminalSession terminal)
        : base("doctor", "Say what was found on this machine and what to do about what is missing")
    {
    }
}
