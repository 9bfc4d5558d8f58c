using System.Globalization;
using System.Text.RegularExpressions;
using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Core;
using Espalier.Pipelines.Experiments;

namespace Espalier.Tests.Documentation;

/// <summary>What the documents say is so: commands parse, links lead somewhere, files are quoted as they are.</summary>
public partial class DocumentsTests
{
    private static readonly TerminalSession Silent = new(TextWriter.Null, TextWriter.Null);

    /// <summary>README and every page of docs.</summary>
    public static TheoryData<string> Documents =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(page => "docs/" + Path.GetFileName(page))
            .Order(StringComparer.Ordinal).Prepend("README.md")];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_is_understood(string document)
    {
        foreach (var line in Commands(Repository.Text(document)))
        {
            var words = Words().Matches(line).Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal)
                .Replace("'", "", StringComparison.Ordinal)).ToList();
            var parsed = EspalierCommand.Root(Silent).Parse(Yolov5Words.Translate(words, out var instead));
            Assert.True(instead is null && WordProblems.Of(parsed) is [],
                $"espalier {line}: {instead} {string.Join(' ', WordProblems.Of(parsed))}");
        }
    }

    [Fact]
    public void Commands_are_found_in_the_documents() =>
        Assert.True(Documents.Sum(document => Commands(Repository.Text(document.Data)).Count()) > 60);

    [Theory]
    [MemberData(nameof(Documents))]
    public void No_command_holds_a_sign_that_a_shell_takes_for_its_history(string document) =>
        Assert.DoesNotContain(":!", Repository.Text(document), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_to_a_file_leads_to_one(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        Assert.All(
            Link().Matches(Repository.Text(document)).Select(match => match.Groups[1].Value)
                .Where(target => !target.Contains("://", StringComparison.Ordinal)),
            target => Assert.True(Path.Exists(Path.Combine(folder, target)), target));
    }

    [Fact]
    public void Every_page_stands_in_the_index()
    {
        var index = Repository.Text("README.md");

        Assert.All(Documents.Select(document => document.Data).Where(document => document != "README.md"),
            page => Assert.Contains($"]({page})", index, StringComparison.Ordinal));
    }

    /// <summary><c>ESPALIER_UPDATE=1</c> writes it anew.</summary>
    [Fact]
    public void The_experiment_that_is_shown_is_the_file()
    {
        var page = Repository.Text("docs", "experiments.md");
        var file = Repository.Text("experiments", "svhn-fast.yaml");
        var shown = Quoted(page, "experiments/svhn-fast.yaml");
        if (Environment.GetEnvironmentVariable("ESPALIER_UPDATE") == "1")
            File.WriteAllText(Path.Combine(Repository.Root, "docs", "experiments.md"), page.Replace(shown, file, StringComparison.Ordinal));
        else Assert.Equal(file, shown);
    }

    [Fact]
    public void The_experiment_that_says_everything_is_one()
    {
        using var workspace = new Workspace();
        var file = workspace.Write("all.yaml", Quoted(Repository.Text("docs", "experiments.md"), "every name"));

        Assert.Equal("mine", ExperimentFile.Read(file, null, name => name).Name);
    }

    [Theory]
    [InlineData("other: 1")]
    [InlineData("street: {other: 1}")]
    [InlineData("dense: {other: 1}")]
    [InlineData("sparse: {other: 1}")]
    [InlineData("prune: {other: 1}")]
    [InlineData("fine_tune: {other: 1}")]
    public void The_experiment_that_says_everything_names_all_that_may_be_said(string wrong)
    {
        using var workspace = new Workspace();
        var file = workspace.Write("wrong.yaml", wrong);
        var refusal = Assert.Throws<EspalierException>(() => ExperimentFile.Read(file, null, name => name)).Message;
        var page = Quoted(Repository.Text("docs", "experiments.md"), "every name");

        Assert.All(refusal.Split("there are ")[1].TrimEnd('.').Split(", "), name => Assert.Matches($@"\b{name}\b", page));
    }

    [Fact]
    public void Photos_that_were_checked_are_as_many_as_their_parts()
    {
        var numbers = Regex.Match(Repository.Text("docs", "data.md"), @"([\d,]+) SVHN photos \(([\d,]+) official ones and ([\d,]+) rebuilt")
            .Groups.Values.Skip(1)
            .Select(number => int.Parse(number.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(numbers[0], numbers[1] + numbers[2]);
    }

    [Fact]
    public void How_to_build_for_a_GPU_is_said() =>
        Assert.Contains("-p:EspalierLibTorch=cuda", Repository.Text("docs", "training.md"), StringComparison.Ordinal);

    /// <summary>What follows <c>espalier</c> in every line of a block of commands, without comments.</summary>
    private static IEnumerable<string> Commands(string text) =>
        Block().Matches(text).Select(match => match.Groups[1].Value.Replace(" \\\n", " ", StringComparison.Ordinal))
        .SelectMany(block => block.Split('\n'))
        .SelectMany(line => Command().Matches(Regex.Replace(line, " +#.*$", "")))
        .Select(match => match.Groups[1].Value.Trim());

    private static string Quoted(string page, string mark)
    {
        var begin = $"<!-- {mark} -->\n```yaml\n";
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"(?ms)^```(?:bash|console)?\n(.*?)^```")]
    private static partial Regex Block();

    [GeneratedRegex(@"(?:^|\| |mpirun -n \d+ |srun (?:--\S+ \d+ )*|&& )(?:\$ )?(?:\./)?espalier ((?:""[^""]*""|'[^']*'|[^|&""'])+)")]
    private static partial Regex Command();

    [GeneratedRegex("(?:\"[^\"]*\"|'[^']*'|[^ \"'])+")]
    private static partial Regex Words();

    [GeneratedRegex(@"\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
