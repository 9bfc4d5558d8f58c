using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Training.Native;

LibTorchLoader.TunesProcess = true;
return EspalierCommand.Run(args, TerminalSession.ForProcess());
