using Espalier.Tests;

namespace Espalier.Core.Tests;

/// <summary>
/// The rooms of the source: a file's namespace is its folder, or the project's own where users of the package call what is in it, or that
/// of services; and what the folders of a project use of each other runs one way.
/// </summary>
public sealed class ArchitectureTests
{
    /// <summary>Every project.</summary>
    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)).Order()];

    /// <summary>Where applications look for services.</summary>
    private const string ServicesNamespace = "Microsoft.Extensions.DependencyInjection";

    /// <summary>Those of a single namespace, whose folders are shelves.</summary>
    private static readonly Dictionary<string, string> OneNamespace = new()
    {
        ["Espalier.Networks"] = "Espalier.Networks",
        ["Espalier.Vision"] = "Espalier.Vision",
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_are_folders(string project)
    {
        Assert.Empty(SourceFile.Of(project).Where(file => !IsInPlace(file)).Select(file => $"{file.Path}: {file.Namespace}"));

        bool IsInPlace(SourceFile file) => file.Namespace is null || (OneNamespace.TryGetValue(project, out var one)
            ? file.Namespace == one
            : file.Namespace == file.Folder || (file.IsPublic && (file.Namespace == project || file.Namespace == ServicesNamespace)));
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

        // Nor do types of one's own namespace, whatever folder they lie in.
        files[3] = new SourceFile("P/C/Inner/Six.cs", "P.C.Inner", "namespace P.C;\nclass Six;");
        files[2] = new SourceFile("P/C/Four.cs", "P.C", "namespace P.C;\nclass Four(Six six);");
        Assert.Null(FolderArrows.FindCycle(FolderArrows.Of(files)));
        files[3] = files[3] with { Text = "namespace P.C;\nclass Six { Four four; }" };
        Assert.Equal("P.C -> P.C.Inner (P/C/Four.cs), P.C.Inner -> P.C (P/C/Inner/Six.cs)", FolderArrows.FindCycle(FolderArrows.Of(files)));

        files[2] = new SourceFile("P/C/Four.cs", "P.C", "using static P.A.One;\nnamespace P.C;\nclass Four;");
        Assert.Equal(
            "P.A -> P.B (P/A/One.cs), P.B -> P.C (P/B/Two.cs), P.C -> P.A (P/C/Four.cs)", FolderArrows.FindCycle(FolderArrows.Of(files)));
    }
}
