using Espalier.Tests;
using System.Text.RegularExpressions;

namespace Espalier.Core.Tests;

/// <summary>A source file of a project.</summary>
/// <param name="Path">Relative to the folder of the projects.</param>
/// <param name="Folder">Its folder as a namespace.</param>
/// <param name="Text">What stands in it.</param>
internal sealed partial record SourceFile(string Path, string Folder, string Text)
{
    /// <summary>The namespace that it declares; null where it has statements alone.</summary>
    public string? Namespace => NamespaceDeclaration().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Whether it declares what users of the package call.</summary>
    public bool IsPublic => PublicDeclaration().IsMatch(Text);

    /// <summary>The files of a project, without what the build made.</summary>
    public static List<SourceFile> Of(string project)
    {
        var source = System.IO.Path.Combine(Repository.Root, "src");
        return
        [
            .. from path in Directory.EnumerateFiles(System.IO.Path.Combine(source, project), "*.cs", SearchOption.AllDirectories)
               let relative = System.IO.Path.GetRelativePath(source, path).Replace('\\', '/')
               let parts = relative.Split('/')
               where parts[1] is not ("bin" or "obj")
               orderby relative
               select new SourceFile(relative, string.Join('.', parts[..^1]), File.ReadAllText(path)),
        ];
    }

    [GeneratedRegex("^public ", RegexOptions.Multiline)]
    private static partial Regex PublicDeclaration();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
