using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Archives;
using Espalier.Datasets.Download;
using Espalier.Datasets.Svhn.Cropped;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier data download --output DIR</c>: fetches SVHN from its authors, and unpacks it.</summary>
internal sealed class DataDownloadCommand : Verb
{
    private readonly Option<string> _output =
        new("--output") { Description = "The folder that gets the parts", HelpName = "folder", Required = true };
    private readonly Option<string[]> _parts = new("--parts")
    {
        Description = $"Which, separated by commas or spaces: "
            + $"{string.Join(", ", SvhnPart.All.Select(part => part.Name))} [default: train,test]",
        HelpName = "part,…",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _from = CommonOptions.Text("--from", "The folder to fetch from, if not its authors'",
        "address", SvhnPart.OfficialAddress.AbsoluteUri);
    private readonly Option<bool> _keep = new("--keep-archives") { Description = "Keep the archives, and do not unpack them" };
    private readonly DescribedOptions<DownloadOptions> _options = new(new OptionTable<DownloadOptions>(), new DownloadOptions());

    public DataDownloadCommand(TerminalSession terminal)
        : base(terminal, "download", "Fetch SVHN from its authors (non-commercial use only), and unpack it") =>
            Takes([_output, _parts, _from, _keep, .. _options.All]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples { get; } =
    [
        "espalier data download --output svhn-raw",
        "espalier data download --output svhn-raw --parts train,test,extra",
        "espalier data download --output svhn-raw --parts train_32x32 --from https://mirror.example/housenumbers/",
    ];

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var names = parsed.GetValue(_parts) is { Length: > 0 } given
            ? given.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)) : ["train", "test"];
        var parts = names.Distinct().Select(SvhnPart.Named).ToList();
        var from = ParseAddress(parsed.GetValue(_from)!);
        var output = parsed.GetValue(_output)!;
        CreateFolder(output);
        using var download = new FileDownload(_options.Read(parsed) with { Retrying = terminal.Say });
        foreach (var part in parts) Fetch(part, new Uri(from, part.FileName), output, parsed.GetValue(_keep), download, terminal);
        return ExitCodes.Done;
    }

    private static void Fetch(SvhnPart part, Uri address, string output, bool keep, FileDownload download, TerminalSession terminal)
    {
        var (file, folder) = (Path.Combine(output, part.FileName), Path.Combine(output, part.Name));
        if (File.Exists(Path.Combine(folder, "digitStruct.mat")) && !keep)
        {
            terminal.Output.WriteLine($"There already: {folder}");
            return;
        }

        if (File.Exists(file)) terminal.Output.WriteLine($"There already: {file}");
        else Download(address, file, SvhnPart.OfficialAddress.IsBaseOf(address) ? part.Sha256 : null, download, terminal);
        if (!part.IsArchive)
        {
            Verify(file, () => { using var digits = CroppedDigits.Open(file); });
            return;
        }

        if (keep) return;
        Verify(file, () => DataUnpackCommand.Unpack(file, folder, terminal));
        File.Delete(file);
    }

    private static void Download(Uri address, string file, string? sha256, FileDownload download, TerminalSession terminal)
    {
        try
        {
            var length = download.FetchAsync(address, file, new TransferLine(terminal, Path.GetFileName(file)), sha256,
                terminal.Interrupted).GetAwaiter().GetResult();
            terminal.Clear();
            terminal.Output.WriteLine(Invariant($"Fetched: {file}, {length / 1e6:N1} MB"));
        }
        catch (OperationCanceledException exception)
        {
            throw new EspalierException($"interrupted; {file}.part is kept, and the same command goes on from there", exception);
        }
    }

    /// <summary>A file that turns out damaged would be "there already" the next time: it goes out of the way.</summary>
    private static void Verify(string file, Action use)
    {
        try
        {
            use();
        }
        catch (EspalierException exception) when (exception is ArchiveException or Datasets.Matlab5.Matlab5Exception)
        {
            var aside = file + ".damaged";
            File.Move(file, aside, overwrite: true);
            throw new EspalierException($"{exception.Message.TrimEnd('.')}; "
                + $"it was put aside as {aside}, and the same command fetches it again.", exception);
        }
    }

    private static Uri ParseAddress(string text)
    {
        // Without the slash the last part of the address would be replaced, and not continued.
        var folder = text.EndsWith('/') ? text : text + "/";
        if (Uri.TryCreate(folder, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
        throw new OptionException($"--from is an address that begins with http:// or https://, not '{text}'.");
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"{folder} cannot be made: {FileProblem.Reason(exception)}.", exception);
        }
    }
}
