using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Training.Native;

var terminal = TerminalSession.ForProcess();
LibTorchLoader.TunesProcess = true;
LibTorchLoader.WhereAbsent = () => LibTorchPackage.ForThisSystem()?.Provide(LibTorchPackage.Home, terminal.Say);
return EspalierCommand.Run(args, terminal);
