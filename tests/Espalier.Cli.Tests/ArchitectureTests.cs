using System.Xml.Linq;

namespace Espalier.Tests;

/// <summary>The projects use each other in one direction, and ARCHITECTURE.md draws how.</summary>
public sealed class ArchitectureTests
{
    private const string Begin = "<!-- arrows -->\n", End = "<!-- /arrows -->";

    /// <summary>What each project uses, as its file says.</summary>
    private static readonly Dictionary<string, string[]> Uses = Directory
        .GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(Name, project => XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Name(reference.Attribute("Include")!.Value)).ToArray());

    [Fact]
    public void No_project_comes_back_to_itself() => Assert.All(Uses.Keys, project => Assert.DoesNotContain(project, Below(project)));

    [Fact]
    public void What_looks_at_pictures_and_what_is_a_graph_stay_light()
    {
        Assert.Equal(["Core", "Vision"], Below("Runtime").Order());
        Assert.Equal(["Core"], Below("Networks").Order());
        Assert.DoesNotContain("Reports", Below("Pipelines"));
        Assert.DoesNotContain("Cli", Uses.Keys.SelectMany(Below));
    }

    [Fact]
    public void The_picture_is_that_of_the_projects()
    {
        var file = Path.Combine(Repository.Root, "ARCHITECTURE.md");
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("ESPALIER_UPDATE") == "1") File.WriteAllText(file, text[..start] + Picture() + text[end..]);
        else Assert.Equal(Picture(), text[start..end]);
    }

    /// <summary>Mermaid's notation. An arrow that others imply is left out.</summary>
    private static string Picture() => "```mermaid\ngraph TD\n" + string.Concat(
        from project in Uses.Keys.Order(StringComparer.Ordinal)
        from used in Uses[project].Order(StringComparer.Ordinal)
        where !Uses[project].Any(other => Below(other).Contains(used))
        select $"  {project} --> {used}\n") + "```\n";

    private static HashSet<string> Below(string project)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(Uses[project]);
        while (open.TryPop(out var next))
        {
            if (found.Add(next)) Array.ForEach(Uses[next], open.Push);
        }

        return found;
    }

    private static string Name(string project) =>
        Path.GetFileNameWithoutExtension(project.Replace('\\', '/')).Replace("Espalier.", "", StringComparison.Ordinal);
}
