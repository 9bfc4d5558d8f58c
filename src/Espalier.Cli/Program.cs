using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Training.Native;
using Microsoft.ML.OnnxRuntime;

// ONNX Runtime takes as long to load as the words take to be understood.
if (args is ["serve" or "read", ..]) _ = Task.Run(OrtEnv.Instance);

var terminal = TerminalSession.ForProcess();
LibTorchLoader.TunesProcess = true;
LibTorchLoader.WhereAbsent = () => LibTorchPackage.ForThisSystem()?.Provide(LibTorchPackage.Home, terminal.Say);
return EspalierCommand.Run(args, terminal);
