using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Espalier.Cli.Terminal;
using Espalier.Datasets.Streets;
using Espalier.Datasets.Svhn.Cropped;
using Espalier.Streets;
using Espalier.Streets.Glyphs;
using Espalier.Streets.Layout;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data synth --output OUT</c>: a street is generated, for those who have no photos.</summary>
internal sealed class DataSynthCommand : Command, IHasExamples
{
    private readonly Option<string> _output = new("--output") { Description = "The folder to write: not there yet, or empty", HelpName = "folder", Required = true };
    private readonly Option<int> _count = Ranged.Number("--count", "Pictures to learn from", 1000, 1, StreetWriterOptions.MostPictures);
    private readonly Option<int> _validation = Ranged.Number("--val", "Pictures to judge by", 200, 1, StreetWriterOptions.MostPictures);
    private readonly Option<int> _test = Ranged.Number("--test", "Pictures kept for the end", 0, 0, StreetWriterOptions.MostPictures);
    private readonly Option<int> _seed = Ranged.Number("--seed", "Equal seeds make equal streets", 0, 0, int.MaxValue);
    private readonly Option<string> _difficulty = Ranged.Word("--difficulty", "As Street View saw it, or large, sharp and in good light", "street", "street", "easy");
    private readonly Option<string> _balance = Ranged.Word("--balance", "How often each digit comes: as on SVHN's numbers, or all alike", "svhn", "svhn", "uniform");
    private readonly Option<double> _empty = Ranged.Number("--empty", "Share of pictures without a number", .05, 0.0, 1.0);
    private readonly Option<double> _decoys = Ranged.Number(
        "--decoys", "Share of pictures with things beside the number that are easily taken for digits", .3, 0.0, 1.0);

    private readonly Option<double> _margin = Ranged.Number(
        "--box-margin", "How far boxes reach beyond the digits, in digit heights; SVHN's do by .06", .06, 0.0, .5);

    private readonly Option<string> _fonts = CommonOptions.Text(
        "--fonts", "Whose digits are drawn: the built-in faces alone (the same street on every machine), these and the fonts found here, or these and a folder's fonts", "built-in|found|folder", "found");

    private readonly Option<string?> _crops = CommonOptions.OptionalText(
        "--crops", "Put about a third of the numbers together from photos of digits: SVHN's format 2, such as train_32x32.mat", "file");

    private readonly Option<int> _threads = Ranged.Number("--threads", "Pictures drawn at once; 0 for one a core that the process may use. The pictures do not depend on it", 0, 0, 1024);
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a data set that is already there" };
    private readonly Option<bool> _json = CommonOptions.Json();

    public DataSynthCommand(TerminalSession terminal)
        : base("synth", "Generate a street of house numbers to train on: a YOLO folder that is SVHN's format 1 too")
    {
        CommonOptions.AddAll(
            this, [_output, _count, _validation, _test, _seed, _difficulty, _balance, _empty, _decoys, _margin, _fonts, _crops, _threads, _overwrite, _json]);
        SetAction(parsed => Run(parsed, terminal));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "espalier data synth --output street",
        "espalier data synth --output street --count 5000 --val 500 --seed 1 --fonts built-in",
        "espalier data synth --output easy --count 1500 --difficulty easy",
    ];

    private int Run(ParseResult parsed, TerminalSession terminal)
    {
        var fonts = FindFonts(parsed.GetValue(_fonts)!);
        var street = new StreetOptions
        {
            Seed = (ulong)parsed.GetValue(_seed),
            Difficulty = parsed.GetValue(_difficulty) == "easy" ? StreetDifficulty.Easy : StreetDifficulty.Street,
            Balance = parsed.GetValue(_balance) == "uniform" ? DigitBalance.Uniform : DigitBalance.Svhn,
            EmptyShare = parsed.GetValue(_empty),
            DecoyShare = parsed.GetValue(_decoys),
            BoxMargin = parsed.GetValue(_margin),
            Fonts = fonts?.Fonts ?? [],
            Crops = ReadCrops(parsed.GetValue(_crops)),
        };
        var options = new StreetWriterOptions
        {
            Training = parsed.GetValue(_count),
            Validation = parsed.GetValue(_validation),
            Test = parsed.GetValue(_test),
            Workers = parsed.GetValue(_threads),
            Overwrite = parsed.GetValue(_overwrite),
            Inputs = [.. ((string?[])[parsed.GetValue(_crops), Directory.Exists(parsed.GetValue(_fonts)) ? parsed.GetValue(_fonts) : null]).OfType<string>()],
        };
        var report = StreetWriter.Write(parsed.GetValue(_output)!, street, options, new PhotoReporter(new ProgressLine(terminal), "drawing"), terminal.Interrupted);
        terminal.Clear();
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(report, street) : ToText(report, fonts, street.Crops));
        return ExitCodes.Done;
    }

    private static StreetFontSearch? FindFonts(string choice) => choice switch
    {
        "built-in" => null,
        "found" => StreetFonts.FindInstalled(),
        _ => StreetFonts.FindIn(choice),
    };

    private static DigitCrops? ReadCrops(string? path)
    {
        if (path is null) return null;
        using var file = CroppedDigits.Open(path);
        return DigitCrops.Take(file.Read().Select(crop => (crop.Digit, crop.Picture)));
    }

    private static string ToText(StreetReport report, StreetFontSearch? fonts, IDigitCrops? crops)
    {
        var lines = report.Splits.Select(split => Text($"{split.Name}: {split.Photos:N0} pictures, {split.Boxes:N0} boxes")).ToList();
        lines.Add(Text($"without a number: {report.Empty:N0}"));
        lines.Add(fonts is null
            ? "Faces: built in; equal options make the same street on every machine"
            : Text($"Faces: built in, and {fonts.Fonts.Count} fonts found here; --fonts built-in makes the same street on every machine"));
        if (crops is not null) lines.Add(Text($"Photos of digits: {crops.Counts.Sum():N0}, the same street wherever the same file is"));
        lines.Add($"Written: {report.Configuration}");
        return string.Join('\n', lines) + "\n";
    }

    private static string ToJson(StreetReport report, StreetOptions street) => JsonSerializer.Serialize(
        new { report.Configuration, report.Splits, report.Empty, report.Digits, Fonts = street.Fonts.Select(font => font.Name) }, JsonOutput.Format) + "\n";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
