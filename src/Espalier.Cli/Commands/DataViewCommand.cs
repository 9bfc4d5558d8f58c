using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Datasets.Views;
using Espalier.Datasets.Yolo;
using Espalier.Vision;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data view data.yaml --output FILE.png</c>:
/// a contact sheet of photos and their labels, where there are any.</summary>
internal sealed class DataViewCommand : Verb
{
    private readonly Argument<string> _data = new("data") { Description = "A data.yaml, or the folder that holds it" };
    private readonly Option<string> _output =
        new("--output") { Description = "The picture to write, .png or .jpg", HelpName = "file", Required = true };
    private readonly Option<string> _split = CommonOptions.Text("--split", "Which photos", "name", "train");
    private readonly DescribedOptions<DatasetViewOptions> _options = new(DatasetViewOptions.Table, new DatasetViewOptions());

    public DataViewCommand(TerminalSession terminal)
        : base(terminal, "view", "Draw a contact sheet of photos with their labels") => Takes([_data, _output, _split, .. _options.All]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } = ["espalier data view svhn/data.yaml --output view.png",
        "espalier data view svhn --split val --count 40 --seed 7 --output val.png"];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var output = parsed.GetValue(_output)!;
        if (Path.GetExtension(output).ToUpperInvariant() is not (".PNG" or ".JPG" or ".JPEG"))
            throw new OptionException($"--output is a file that ends in .png, .jpg or .jpeg, not '{output}'.");
        var configuration = DataConfiguration.Read(parsed.GetValue(_data)!);
        var dataset = DatasetScanner.Scan(configuration, parsed.GetValue(_split)!, new ScanOptions { AllowUnlabelled = true },
            null, terminal.Interrupted);
        var options = _options.Read(parsed);
        var sheet = DatasetView.Compose(dataset, options);
        PictureWriter.Write(output, sheet);
        var (shown, there) = (Math.Min(options.Count, dataset.Entries.Count), dataset.Entries.Count);
        terminal.Output.WriteLine(Invariant($"Written: {output}, {shown} of {there} photos, {sheet.Width} × {sheet.Height} pixels"));
        List<string> further = [.. configuration.Splits.Keys.Order(StringComparer.Ordinal)
            .Where(split => split != parsed.GetValue(_split) && !configuration.IsAbsent(split)).Select(split => $"--split {split}")];
        if (shown < there) further.Insert(0, Invariant($"--count {Math.Min(there, DatasetViewOptions.Most)} for more"));
        if (further.Count > 0) terminal.Say($"There is more to see: {string.Join(", ", further)}");
        return ExitCodes.Done;
    }
}
