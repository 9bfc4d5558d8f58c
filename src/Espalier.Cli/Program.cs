using Espalier.Cli;
using Espalier.Cli.Terminal;

return EspalierCommand.Run(args, TerminalSession.ForProcess());
