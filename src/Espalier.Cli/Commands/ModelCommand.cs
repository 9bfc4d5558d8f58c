using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.HouseNumbers;
using Espalier.Networks;
using Espalier.Pipelines.Models;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier model NAME|FILE</c>: the rows of a network and what it costs.</summary>
internal sealed class ModelCommand : Verb
{
    private readonly Argument<string> _model = new("model")
    {
        Description = "A built-in architecture (yolov5n … yolov5x, yolov5s-v4, yolov5s-v3), a YAML file, a file of weights, or "
            + HouseNumberModel.Name,
    };
    private readonly DescribedOptions<ModelOptions> _options = new(new OptionTable<ModelOptions>(), new ModelOptions());
    private readonly Option<bool> _json = CommonOptions.Json();

    public ModelCommand(TerminalSession terminal)
        : base(terminal, "model", "Show a network's rows, parameters and operations") => Takes([_model, .. _options.All, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier model yolov5n --classes 10",
        "espalier model yolov5s --channels",
        "espalier model runs/train/weights/best.safetensors --image-size 160 --json",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var name = parsed.GetValue(_model)!;
        var options = _options.Read(parsed);
        var (graph, imageSize) = (Open(name, options.Classes), options.ImageSize);
        ImageSizes.RequireMultiple(imageSize, graph.Stride);
        var summary = graph.Summarize(imageSize);
        var channels = options.Channels || parsed.GetValue(_json) ? Analyse(graph, options.Channels) : null;
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(name, graph, summary, channels) : channels is null
            ? ToText(name, graph, summary) : ToText(channels));
        return ExitCodes.Done;
    }

    private static Graph Open(string name, int? classes)
    {
        if (!IsWeightFile(name)) return GraphBuilder.Expand(Architecture.Load(name), classes);
        var graph = Checkpoint.Open(ModelFiles.CheckpointFile(name)).Graph;
        if (classes is null || classes == graph.Classes) return graph;
        throw new OptionException($"--classes is for architectures; the weights '{name}' have {graph.Classes} classes.");
    }

    /// <summary>The channels; null for a network that cannot be thinned, where nobody asked.</summary>
    private static ChannelAnalysis? Analyse(Graph graph, bool asked)
    {
        try
        {
            return ChannelAnalysis.Of(graph);
        }
        catch (GraphException) when (!asked)
        {
            return null;
        }
    }

    private static string ToText(ChannelAnalysis channels)
    {
        var table = TextTable.Format(
            [">group", ">channels", "convolutions that give them"],
            channels.Groups.Select(
                (group, index) =>
                    new[] { Invariant($"{index}"), Invariant($"{group.Width}"), string.Join(", ", Producers(channels, group)) }));
        return Invariant($"{table}\n{channels.Groups.Length} groups, {channels.FreeChannels:N0} channels that may go\n");
    }

    private static IEnumerable<string> Producers(ChannelAnalysis channels, ChannelGroup group) =>
        group.Producers.Select(producer => channels.Graph.Nodes[producer].Name);

    // An ONNX file among them, of which the sentence of weights tells more than that of tables.
    private static bool IsWeightFile(string name) =>
        ModelFiles.IsModel(name) || Path.GetExtension(name).Equals(".pth", StringComparison.OrdinalIgnoreCase);

    private static string ToText(string name, Graph graph, NetworkSummary summary)
    {
        var table = TextTable.Format(
            [">row", ">from", "module", ">output", ">parameters", ">MFLOPs"],
            summary.Rows.Select(row => new[]
            {
                Invariant($"{row.Row}"), string.Join(", ", row.From.Select(from => Invariant($"{from}"))), row.Module,
                row.Output.ToString(), Invariant($"{row.Parameters:N0}"), Invariant($"{row.MultiplyAdds * 2 / 1e6:N1}"),
            }));
        return Invariant($"{name}: {graph.Classes} classes, {summary.Height} × {summary.Width} px\n\n{table}\n")
            + Invariant($"{summary.Parameters:N0} parameters, {summary.GigaFlops:0.####} GFLOPs (convolutions), ")
            + Invariant($"{summary.Layers} layers ({summary.Convolutions} convolutions, {summary.BatchNorms} batch norms), ")
            + Invariant($"{summary.Predictions:N0} predictions a picture\n");
    }

    private static string ToJson(string name, Graph graph, NetworkSummary summary, ChannelAnalysis? channels) => JsonOutput.Text(new
    {
        Model = name,
        graph.Classes,
        ImageSize = summary.Width,
        graph.Stride,
        summary.Parameters,
        Gflops = Math.Round(summary.GigaFlops, 6),
        summary.Layers,
        summary.Convolutions,
        summary.BatchNorms,
        summary.Predictions,
        FreeChannels = channels?.FreeChannels,
        ChannelGroups = channels?.Groups.Select(group => new { Channels = group.Width, Producers = Producers(channels, group) }),
        Rows = summary.Rows.Select(row => new
        {
            row.Row,
            row.From,
            row.Module,
            row.Parameters,
            row.MultiplyAdds,
            Output = new[] { row.Output.Channels, row.Output.Height, row.Output.Width },
        }),
    });

    private sealed record ModelOptions
    {
        [Option("--classes", "How many classes; default the table's or file's own", 1, GraphLimits.Classes)]
        public int? Classes { get; init; }

        [ImageSizeOption("Side of the picture that operations are counted for, a multiple of the stride")]
        public int ImageSize { get; init; } = 640;

        [Option("--channels", "Show which channels stand or fall together when the network is thinned")]
        public bool Channels { get; init; }
    }
}
