using System.Text;
using Espalier.Training.Thinning;
using static Espalier.Reports.Experiments.ReportPage;

namespace Espalier.Reports.Experiments;

/// <summary>What came of a thinning within a loss: a row a step, which was chosen, and what to do with it.</summary>
internal sealed record ThinReport
{
    private static readonly string[] Heads =
        ["step", "GFLOPs", "parameters", "ms, float", "mAP50, float", "against dense", "ms, int8", "mAP50, int8", "against dense"];

    /// <summary>The steps, and the chosen one.</summary>
    public required ThinningResult Result { get; init; }

    /// <summary>What was asked for, in a sentence.</summary>
    public required string Asked { get; init; }

    /// <summary>What was learned from and judged on, and the machine.</summary>
    public required string About { get; init; }

    /// <summary>The command that makes all of it again.</summary>
    public required string Command { get; init; }

    /// <summary>The command that uses the chosen file.</summary>
    public required string NextCommand { get; init; }

    /// <summary>What came of it, in sentences.</summary>
    public string Conclusion
    {
        get
        {
            var (dense, chosen, file) = (Result.Steps[0], Result.Chosen, Result.File);
            var (whole, verdict) = (dense.InFloat, Result.IsReached ? "" : " None that loses no more is as fast as was asked for.");
            var speed = Invariant($"{file.Milliseconds:0.000} ms a picture instead of {whole.Milliseconds:0.000}");
            var times = Invariant($"{whole.Milliseconds / file.Milliseconds:0.00} × as fast");
            var accuracy = Invariant($"mAP50 {file.MeanAveragePrecision50:0.000} instead of {whole.MeanAveragePrecision50:0.000}");
            return $"{Asked} Chosen: {chosen.Name} in {Kind(file)}, {speed} ({times}), {accuracy}: "
                + $"{ThinningTable.Difference(file.ThanDense)} points, 95 % interval by paired bootstrap.{verdict}";
        }
    }

    /// <summary>Writes <c>report.html</c> and <c>report.md</c>.</summary>
    /// <param name="folder">Where.</param>
    public void Write(string folder)
    {
        Core.AtomicFile.WriteAllText(Path.Combine(folder, "report.html"), Html());
        Core.AtomicFile.WriteAllText(Path.Combine(folder, "report.md"), Markdown());
    }

    private static string Title => "A network, thinned as far as a loss allows";

    private static string Timed =>
        "Milliseconds of a picture alone in ONNX Runtime, in turns with the dense network's float file. "
        + "Differences in mAP50 are in points, with a 95 % interval by paired bootstrap over the pictures.";

    private string Html()
    {
        var (dense, chosen, file) = (Result.Steps[0], Result.Chosen, Result.File);
        var page = Begin(Title, About);
        Cards(page,
        [
            (Invariant($"{dense.InFloat.Milliseconds / file.Milliseconds:0.0} ×"), "as fast, a picture alone"),
            (Less(chosen.MultiplyAdds, dense.MultiplyAdds), "operations"),
            (Less(chosen.Parameters, dense.Parameters), "parameters"),
            (Less(file.Bytes, dense.InFloat.Bytes), "bytes of the file"),
            (Invariant($"{file.ThanDense.Value * 100:+0.0;−0.0;0.0}"), "points of mAP50"),
        ]);
        page.Append($"<p>{Safe(Conclusion)}</p>\n<h2>Step by step</h2>\n");
        Table(page, Heads, Result.Steps.Select(step => (Cells(step), step == chosen ? "chosen" : "")));
        page.Append($"<p class=\"quiet\">{Safe(Timed)}</p>\n<h2>Commands</h2>\n<pre>{Safe(Command)}\n{Safe(NextCommand)}</pre>\n");
        return End(page);
    }

    private string Markdown()
    {
        var text = new StringBuilder($"# {Title}\n\n{Conclusion}\n\n{About}\n\n");
        ThinningText.Table(text, Heads, Result.Steps.Select(Cells));
        return text.Append($"{Timed}\n\n```\n{Command}\n{NextCommand}\n```\n").ToString();
    }

    private string[] Cells(ThinningStep step) =>
    [
        step.Name + (step == Result.Chosen ? $", chosen in {Kind(Result.File)}" : ""),
        Invariant($"{step.MultiplyAdds * 2 / 1e9:0.000}"), Invariant($"{step.Parameters:N0}"),
        .. Cells(step.InFloat), .. step.InInt8 is { } int8 ? Cells(int8) : ["", "", ""],
    ];

    private static string[] Cells(ThinnedFile file) =>
    [
        Invariant($"{file.Milliseconds:0.000}"),
        Invariant($"{file.MeanAveragePrecision50:0.000}"),
        ThinningTable.Difference(file.ThanDense),
    ];

    private static string Kind(ThinnedFile file) => file.IsInt8 ? "int8" : "float";
}
