using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Training.Diagnosis;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier doctor</c>: what was found on this machine, and what to do about what is missing.</summary>
internal sealed class DoctorCommand : Verb
{
    private readonly Option<bool> _json = CommonOptions.Json();

    public DoctorCommand(TerminalSession terminal)
        : base(terminal, "doctor", "Say what this machine has, and what to do about what is missing") => Takes([_json]);

    protected override int Run(ParseResult parsed, TerminalSession terminal)
    {
        var report = SystemReport.Gather(Environment.CurrentDirectory);
        terminal.Output.Write(parsed.GetValue(_json) ? ToJson(report) : ToText(report));
        return report.HasProblem ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static string ToText(SystemReport report)
    {
        var table = TextTable.Format(["", "", ""], report.Findings.SelectMany(Rows)).TrimStart('\n');
        var end = report.HasProblem ? "Something above will fail." : "Espalier will work here.";
        return $"{table}\n{end}\n";
    }

    private static IEnumerable<string[]> Rows(Finding finding)
    {
        var mark = finding.Status switch { FindingStatus.Good => "ok", FindingStatus.Warning => "note", _ => "PROBLEM" };
        yield return [mark, finding.Subject, finding.Found];
        if (finding.Advice is not null) yield return ["", "", "→ " + finding.Advice];
    }

    private static string ToJson(SystemReport report) => JsonOutput.Text(new
    {
        Works = !report.HasProblem,
        Findings = report.Findings.Select(finding => new
        {
            finding.Subject,
            Status = finding.Status.ToString().ToLowerInvariant(),
            finding.Found,
            finding.Advice,
        }),
    });
}
