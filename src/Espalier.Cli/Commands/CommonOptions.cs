using System.CommandLine;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.HouseNumbers;
using Espalier.Pipelines.Models;

namespace Espalier.Cli.Commands;

/// <summary>Options that several verbs share, said the same way everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>Weights that can be trained, pruned and exported, as the path of a file.</summary>
    public static Argument<string> Weights() => new("weights")
    {
        Description = $"A checkpoint, a safetensors file, a YOLOv5 .pt, or {HouseNumberModel.Name}",
        CustomParser = result => ModelFiles.CheckpointFile(result.Tokens[0].Value),
    };

    /// <summary>Whatever finds objects in pictures.</summary>
    public static Argument<string> Model() =>
        new("weights") { Description = $"A checkpoint, an .onnx, a safetensors file, a YOLOv5 .pt, or {HouseNumberModel.Name}" };

    public static Option<bool> NoLatency() => new("--no-latency") { Description = new LatencyOptionAttribute().Help };

    public static Option<bool> KeepPartial() => new("--keep-partial")
    {
        Description = "Keep pictures of which some label cannot be used; "
        + "the object that it meant then counts as background"
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for a program instead of text for a person" };

    public static Option<string> Project() => Text("--project", "The folder of runs", "folder", "runs");

    public static Option<string> RunName(string standard) =>
        Text("--name", "The run's name in that folder; a number is added where it is taken", "name", standard);

    /// <summary>An option that would have no effect is a misunderstanding.</summary>
    /// <param name="parsed">What was said.</param>
    /// <param name="what">What the options need, and is not there.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="OptionException">One of them was given.</exception>
    public static void RefuseWithout(ParseResult parsed, string what, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new OptionException($"{option.Name} has an effect only together with {what}");
        }
    }

    /// <summary>A text with a standard.</summary>
    public static Option<string> Text(string name, string description, string helpName, string standard) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => standard };

    /// <summary>A text, or nothing said.</summary>
    public static Option<string?> OptionalText(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName };
}
