using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Datasets.Views;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data view data.yaml --output FILE.png</c>: a contact sheet of photos and their labels.</summary>
internal sealed class DataViewCommand : Command, IHasExamples
{
    private readonly Argument<string> _data = new("data") { Description = "A data.yaml, or the folder that holds it" };
    private readonly Option<string> _output = new("--output") { Description = "The picture to write, .png or .jpg", HelpName = "file", Required = true };
    private readonly Option<string> _split = CommonOptions.Text("--split", "Which photos", "name", "train");
    private readonly Option<int> _count = Ranged.Number("--count", "How many of them", 24, 1, 1000);
    private readonly Option<int> _seed = Ranged.Number("--seed", "Which of them: the same seed takes the same ones", 0, 0, int.MaxValue);
    private readonly Option<int> _columns = Ranged.Number("--columns", "Photos a row; 0 for a sheet about as wide as high", 0, 0, 100);
    private readonly Option<int> _cellWidth = Ranged.Number("--cell-width", "Pixels a photo, across; smaller photos are enlarged", 320, 64, 4096);

    public DataViewCommand(TerminalSession terminal)
        : base("view", "Draw a contact sheet of photos with their labels")
    {
        CommonOptions.AddAll(this, [_data, _output, _split, _count, _seed, _columns, _cellWidth]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["espalier data view svhn/data.yaml --output view.png", "espalier data view svhn --split val --count 40 --seed 7 --output val.png"];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var output = parsed.GetValue(_output)!;
        if (Path.GetExtension(output).ToUpperInvariant() is not (".PNG" or ".JPG" or ".JPEG")) throw new OptionException($"--output is a file that ends in .png, .jpg or .jpeg, not '{output}'.");
        var configuration = DataConfiguration.Read(parsed.GetValue(_data)!);
        var dataset = DatasetScanner.Scan(configuration, parsed.GetValue(_split)!, null, null, terminal.Interrupted);
        var options = new DatasetViewOptions
        {
            Count = parsed.GetValue(_count),
            Seed = parsed.GetValue(_seed),
            Columns = parsed.GetValue(_columns),
            CellWidth = parsed.GetValue(_cellWidth),
        };
        var sheet = DatasetView.Compose(dataset, options);
        PictureWriter.Write(output, sheet);
        terminal.Output.WriteLine(FormattableString.Invariant($"Written: {output}, {Math.Min(options.Count, dataset.Entries.Count)} of {dataset.Entries.Count} photos, {sheet.Width} × {sheet.Height} pixels"));
        return ExitCodes.Done;
    }
}
