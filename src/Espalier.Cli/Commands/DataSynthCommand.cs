using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Streets;
using Espalier.Datasets.Svhn.Cropped;
using Espalier.Pipelines;
using Espalier.Streets;
using Espalier.Streets.Glyphs;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data synth --output OUT</c>: a street is generated, for those who have no photos.</summary>
internal sealed class DataSynthCommand : Verb
{
    private readonly Option<string> _output =
        new("--output") { Description = "The folder to write: not there yet, or empty", HelpName = "folder", Required = true };
    private readonly DescribedOptions<StreetOptions> _street = new(StreetOptions.Table, new StreetOptions());
    private readonly DescribedOptions<StreetWriterOptions> _writer = new(StreetWriterOptions.Table, new StreetWriterOptions());
    private readonly Option<string> _fonts = CommonOptions.Text("--fonts", "Whose digits are drawn: the built-in faces alone (the same "
        + "street on every machine), these and the fonts found here, or these and a folder's fonts", "built-in|found|folder", "found");

    private readonly Option<string?> _crops = CommonOptions.OptionalText(
        "--crops", "Put about a third of the numbers together from photos of digits: SVHN's format 2, such as train_32x32.mat", "file");

    private readonly Option<bool> _json = CommonOptions.Json();

    public DataSynthCommand(TerminalSession terminal)
        : base(terminal, "synth", "Generate a street of house numbers to train on: a YOLO folder that is SVHN's format 1 too") =>
            Takes([_output, .. _street.All, .. _writer.All, _fonts, _crops, _json]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier data synth --output street",
        "espalier data synth --output street --count 5000 --val 500 --seed 1 --fonts built-in",
        "espalier data synth --output easy --count 1500 --difficulty easy",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var fonts = StreetFonts.Choose(parsed.GetValue(_fonts)!);
        var street = _street.Read(parsed) with { Fonts = fonts?.Fonts ?? [], Crops = ReadCrops(parsed.GetValue(_crops)) };
        var options = _writer.Read(parsed) with
        {
            Inputs = [.. ((string?[])[parsed.GetValue(_crops), Directory.Exists(parsed.GetValue(_fonts)) ? parsed.GetValue(_fonts) : null])
                .OfType<string>()],
        };
        var report = StreetWriter.Write(parsed.GetValue(_output)!, street, options,
            new PhotoProgressTeller(new TerminalListener(terminal), "drawing"), terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(report, street) : ToText(report, fonts, street.Crops));
        return ExitCodes.Done;
    }

    private static DigitCrops? ReadCrops(string? path)
    {
        if (path is null) return null;
        using var file = CroppedDigits.Open(path);
        return DigitCrops.Take(file.Read().Select(crop => (crop.Digit, crop.Picture)));
    }

    private static string ToText(StreetReport report, StreetFontSearch? fonts, IDigitCrops? crops)
    {
        var lines = report.Splits.Select(split => Invariant($"{split.Name}: {split.Photos:N0} pictures, {split.Boxes:N0} boxes")).ToList();
        lines.Add(Invariant($"without a number: {report.Empty:N0}"));
        lines.Add("Faces: built in" + (fonts is null ? "; equal options make the same street on every machine"
            : Invariant($", and {fonts.Fonts.Count} fonts found here; --fonts built-in makes the same street on every machine")));
        if (crops is not null)
            lines.Add(Invariant($"Photos of digits: {crops.Counts.Sum():N0}, the same street wherever the same file is"));
        lines.Add($"Written: {report.Configuration}");
        return string.Join('\n', lines) + "\n";
    }

    private static string ToJson(StreetReport report, StreetOptions street) => JsonOutput.Text(new
    {
        report.Configuration,
        report.Splits,
        report.Empty,
        report.Digits,
        Fonts = street.Fonts.Select(font => font.Name),
    });
}
