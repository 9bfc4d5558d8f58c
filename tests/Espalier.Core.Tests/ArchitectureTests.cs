namespace Espalier.Core.Tests;

/// <summary>
/// The rooms of the source: a file's namespace is its folder, and what the folders of a project use of each other runs one way.
/// </summary>
public sealed class ArchitectureTests
{
    /// <summary>The projects for which both hold; the list grows until it names all.</summary>
    public static TheoryData<string> Projects =>
        ["Espalier.Core", "Espalier.Streets", "Espalier.Training", "Espalier.Runtime", "Espalier.HouseNumbers", "Espalier.Pipelines"];

    /// <summary>Those and the ones whose folders still use each other both ways.</summary>
    public static TheoryData<string> ProjectsOfFolders => ["Espalier.Server", "Espalier.Cli", .. Projects.Select(row => row.Data)];

    [Theory]
    [MemberData(nameof(ProjectsOfFolders))]
    public void Namespaces_are_folders(string project)
    {
        var elsewhere = SourceFile.Of(project)
            .Where(file => file.Namespace is { } declared && declared != file.Folder)
            .Select(file => $"{file.Path}: {file.Namespace}, not {file.Folder}");

        Assert.Empty(elsewhere);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Arrows_between_folders_run_one_way(string project)
    {
        var arrows = FolderArrows.Of(SourceFile.Of(project));

        Assert.Null(FolderArrows.FindCycle(arrows));
    }

    [Fact]
    public void A_cycle_is_found_and_named_by_the_files_that_make_it()
    {
        SourceFile[] files =
        [
            new("P/A/One.cs", "P.A", "using P.B;\nnamespace P.A;\nclass One(Two two);"),
            new("P/B/Two.cs", "P.B", "namespace P.B;\nclass Two;\nclass Three(C.Four four);"),
            new("P/C/Four.cs", "P.C", "// using P.D;\nnamespace P.C;\nclass Four { string Text => \"D.Five\"; }"),
            new("P/C/Inner/Six.cs", "P.C.Inner", "namespace P.C.Inner;\nclass Six(Four four);"),
        ];
        Assert.Null(FolderArrows.FindCycle(FolderArrows.Of(files)));

        // Types of a namespace around one's own need no using.
        files[2] = files[2] with { Text = "using P.C.Inner;\n" + files[2].Text };
        Assert.Equal("P.C -> P.C.Inner (P/C/Four.cs), P.C.Inner -> P.C (P/C/Inner/Six.cs)", FolderArrows.FindCycle(FolderArrows.Of(files)));

        files[2] = new SourceFile("P/C/Four.cs", "P.C", "using static P.A.One;\nnamespace P.C;\nclass Four;");
        Assert.Equal(
            "P.A -> P.B (P/A/One.cs), P.B -> P.C (P/B/Two.cs), P.C -> P.A (P/C/Four.cs)", FolderArrows.FindCycle(FolderArrows.Of(files)));
    }
}
