using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Espalier.Mutants;

/// <summary>A project compiled once with all mutants of some of its files in it.</summary>
internal static class MutantAssembly
{
    /// <summary>What mutants ask. A run that asks five times as often as the tests did without a mutant goes round in circles.</summary>
    private const string SwitchSource =
        """
        public static class MutantSwitch
        {
            public static int Active = -1;
            public static long Calls;
            public static long Most = long.MaxValue;
            public static bool[] Reached = [];

            public static bool Is(int number)
            {
                if (++Calls > Most) throw new System.InvalidOperationException("This does not end.");
                if (number < Reached.Length) Reached[number] = true;
                return number == Active;
            }
        }
        """;

    /// <summary>Compiles the project into the folder of its tests.</summary>
    /// <param name="project">The project's folder, already built for Debug with <c>EmitCompilerGeneratedFiles</c>.</param>
    /// <param name="tests">The folder of the built tests; the project's assembly in it is replaced.</param>
    /// <param name="files">The files that are mutated.</param>
    /// <returns>The mutants that compile, and how many did not.</returns>
    public static (List<Mutant> Mutants, int Dropped) Compile(string project, string tests, IReadOnlyCollection<string> files)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(project));
        var target = Path.Combine(tests, name + ".dll");
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var sources = Sources(project).ToDictionary(path => path,
            path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path));
        var references = Directory.EnumerateFiles(tests, "*.dll").Where(path => path != target)
            .Concat(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator))
            .DistinctBy(Path.GetFileName).Where(IsManaged).Select(path => MetadataReference.CreateFromFile(path)).ToArray();
        var resources = Resources(target);
        var dropped = new HashSet<int>();
        while (true)
        {
            var mutants = new List<Mutant>();
            var next = 0;
            var trees = sources.Select(source =>
            {
                if (!files.Contains(source.Key)) return source.Value;
                var planter = new MutantPlanter(source.Key, dropped, mutants, next);
                var root = (CSharpSyntaxNode)planter.Visit(source.Value.GetRoot());
                next = planter.Next;
                return CSharpSyntaxTree.ParseText(root.ToFullString(), options, source.Key);
            }).Append(CSharpSyntaxTree.ParseText(SwitchSource, options)).ToArray();
            var compilation = CSharpCompilation.Create(name, trees, references, new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
            using var image = new MemoryStream();
            var result = compilation.Emit(image, manifestResources: resources);
            if (result.Success)
            {
                File.WriteAllBytes(target, image.ToArray());
                return (mutants, dropped.Count);
            }

            var before = dropped.Count;
            var errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToArray();
            dropped.UnionWith(errors.SelectMany(Culprits));
            if (dropped.Count == before) throw new InvalidOperationException($"{name} does not compile: {errors[0]}");
        }
    }

    private static IEnumerable<string> Sources(string project)
    {
        var generated = Path.Combine(project, "obj", "Debug", "net10.0");
        return Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(project, path).StartsWith("obj", StringComparison.Ordinal)
                && !Path.GetRelativePath(project, path).StartsWith("bin", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(generated, "*.cs", SearchOption.AllDirectories)).Order(StringComparer.Ordinal);
    }

    private static List<ResourceDescription> Resources(string assembly)
    {
        var context = new AssemblyLoadContext("resources", isCollectible: true);
        using var image = new MemoryStream(File.ReadAllBytes(assembly));
        var loaded = context.LoadFromStream(image);
        return [.. loaded.GetManifestResourceNames().Select(name =>
        {
            using var stream = loaded.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new ResourceDescription(name, () => new MemoryStream(bytes), isPublic: true);
        })];
    }

    private static bool IsManaged(string path)
    {
        using var stream = File.OpenRead(path);
        using var image = new System.Reflection.PortableExecutable.PEReader(stream);
        return image.HasMetadata;
    }

    /// <summary>The innermost mutant around a mistake of the compiler's; where there is none, what is missing is missing because of a
    /// statement that a mutant leaves out, so that the member's all go.</summary>
    private static IEnumerable<int> Culprits(Diagnostic error)
    {
        var place = error.Location.SourceTree?.GetRoot().FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        var around = place?.AncestorsAndSelf().Select(Number).FirstOrDefault(number => number is not null);
        return around is { } number ? [number] : place?.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes()
            .OfType<IfStatementSyntax>().Select(Number).OfType<int>() ?? [];

        static int? Number(SyntaxNode node) => node switch
        {
            ConditionalExpressionSyntax choice => Number(choice.Condition),
            IfStatementSyntax choice => Number(choice.Condition),
            PrefixUnaryExpressionSyntax not => Number(not.Operand),
            ParenthesizedExpressionSyntax inner => Number(inner.Expression),
            InvocationExpressionSyntax call when call.Expression.ToString() == "global::MutantSwitch.Is" =>
                (int)((LiteralExpressionSyntax)call.ArgumentList.Arguments[0].Expression).Token.Value!,
            _ => null,
        };
    }
}
