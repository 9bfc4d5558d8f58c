using System.CommandLine;
using Espalier.Cli.Terminal;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data …</c>: what is done with data sets.</summary>
internal sealed class DataCommand : Command
{
    public DataCommand(TerminalSession terminal)
        : base("data", "Prepare data sets")
    {
        Subcommands.Add(new DataNewCommand(terminal));
        Subcommands.Add(new DataAddCommand(terminal));
        Subcommands.Add(new DataPrelabelCommand(terminal));
        Subcommands.Add(new DataDownloadCommand(terminal));
        Subcommands.Add(new DataUnpackCommand(terminal));
        Subcommands.Add(new DataSvhnCommand(terminal));
        Subcommands.Add(new DataConvertCommand(terminal));
        Subcommands.Add(new DataSynthCommand(terminal));
        Subcommands.Add(new DataCropsCommand(terminal));
        Subcommands.Add(new DataCheckCommand(terminal));
        Subcommands.Add(new DataStatsCommand(terminal));
        Subcommands.Add(new DataViewCommand(terminal));
    }
}
