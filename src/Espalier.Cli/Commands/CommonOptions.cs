using System.CommandLine;

namespace Espalier.Cli.Commands;

/// <summary>Options that several verbs share, said the same way everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string> Device() => new("--device") { Description = "Where to compute: cpu, cuda:N or auto", DefaultValueFactory = _ => "auto" };

    public static Option<int> Threads() => Ranged.Number("--threads", "Threads of the network's arithmetic; 0 for one a core", 0, 0, 1024);

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for a program instead of text for a person" };

    public static Option<double> Confidence(double standard) => Ranged.Number("--conf", "Lowest confidence to keep", standard, 0.0, 1.0);

    public static Option<double> OverlapThreshold(double standard) => Ranged.Number("--iou", "Overlap above which the weaker of two boxes goes", standard, 0.0, 1.0);

    public static Option<int> MaximumDetections() => Ranged.Number("--max-detections", "Most objects a picture", 300, 1, 30_000);

    /// <summary>Adds arguments and options in the order in which the help shows them.</summary>
    public static void AddAll(Command command, ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        }
    }
}
