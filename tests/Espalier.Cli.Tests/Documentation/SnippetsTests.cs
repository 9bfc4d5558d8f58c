using System.Net;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Espalier.Tests.Documentation;

/// <summary>Every piece of C# in README, docs, the packages' readmes and the docstrings compiles against what is built here.</summary>
public partial class SnippetsTests
{
    private const string Usual = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using Microsoft.AspNetCore.Builder;
        global using static Surroundings;
        """;

    // A piece without usings of its own goes on where its page has begun.
    private const string OfThePage = """
        using Espalier.Datasets;
        using Espalier.Datasets.Formats;
        using Espalier.Runtime;
        using Espalier.Vision;
        using Microsoft.Extensions.DependencyInjection;

        """;

    // A docstring's example may lean on the libraries that are used together.
    private const string OfTheLibraries = """
        using Espalier.HouseNumbers;
        using Espalier.Networks;
        using Espalier.Pipelines;
        using Espalier.Training.Thinning;

        """;

    /// <summary>What the pieces take for granted.</summary>
    private const string Around = """
        using Espalier.Runtime;
        using Espalier.Vision;

        static class Surroundings
        {
            public static Detector detector = null!;
            public static HouseNumberReader reader = null!;
            public static Stream stream = null!;
            public static Picture picture = null!;
            public static byte[] frame = [];
            public static SkiaSharp.SKBitmap skBitmap = null!;
            public static byte[] rgb = [];
            public static int width, height, stride;
            public static double seconds;
            public static Builder builder = null!;
            public static Application app = null!;
        }

        class Builder
        {
            public Microsoft.Extensions.DependencyInjection.IServiceCollection Services => null!;
        }

        class Application
        {
            public void MapPost(string path, Delegate handler) { }
        }
        """;

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The documents that hold some.</summary>
    public static TheoryData<string> Documents => [.. Directory.GetFiles(Repository.Root, "*.md")
        .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"))
        .Concat(Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(project => Path.Combine(project, "README.md"))
            .Where(File.Exists))
        .Where(path => Block().IsMatch(File.ReadAllText(path)))
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_piece_of_code_compiles(string document)
    {
        foreach (Match block in Block().Matches(Repository.Text(document)))
        {
            var code = block.Groups[1].Value;
            AssertCompiles(code.StartsWith("using Espalier", StringComparison.Ordinal) ? code : OfThePage + code);
        }
    }

    /// <summary>The files whose docstrings hold some.</summary>
    public static TheoryData<string> Sources => [.. Directory
        .GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(path => Example().IsMatch(File.ReadAllText(path)))
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_example_of_a_docstring_compiles_a_statement_a_line(string source)
    {
        var text = Repository.Text(source);
        var own = Namespace().Match(text).Groups[1].Value;
        foreach (Match example in Example().Matches(text))
        {
            var lines = example.Groups[1].Value.Split('\n').Select(line => WebUtility.HtmlDecode(Comment().Replace(line, ""))).ToList();
            Assert.All(lines, line => Assert.DoesNotMatch(@";\s*\S", line));
            AssertCompiles(OfThePage + OfTheLibraries + $"using {own};\n" + string.Join('\n', lines));
        }
    }

    private static void AssertCompiles(string code)
    {
        var compilation = CSharpCompilation.Create(
            "Snippet", [.. new[] { Usual, Around, code }.Select(text => CSharpSyntaxTree.ParseText(text))], References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        var wrong = compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(found => found.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(wrong.Count == 0, $"{code}\n{string.Join('\n', wrong)}");
    }

    [GeneratedRegex(@"(?s)<example><code>\r?\n(.*?)\s*/// </code></example>")]
    private static partial Regex Example();

    [GeneratedRegex(@"^\s*/// ?")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?m)^namespace ([\w.]+)")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?ms)^```csharp\r?\n(.*?)^```")]
    private static partial Regex Block();
}
