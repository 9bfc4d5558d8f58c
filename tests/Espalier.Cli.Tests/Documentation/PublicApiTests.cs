using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Espalier.Tests.Documentation;

/// <summary>
/// What a package promises stands in a file of its own, <c>PublicApi/PACKAGE.txt</c>: nothing becomes public, and nothing goes, unseen.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly SymbolDisplayFormat Member = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    // The namespace stands above.
    private static readonly SymbolDisplayFormat Type = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted, SymbolDisplayTypeQualificationStyle.NameAndContainingTypes, Member.GenericsOptions,
        miscellaneousOptions: Member.MiscellaneousOptions);

    private static readonly CSharpCompilation Everything = CSharpCompilation.Create(
        "PublicApi", references: ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)));

    /// <summary>The projects that are packed: those with a readme.</summary>
    public static TheoryData<string> Packages =>
    [
        .. from project in Directory.GetDirectories(Repository.PathOf("src"))
           where File.Exists(Path.Combine(project, "README.md"))
           select Path.GetFileName(project),
    ];

    /// <summary><c>ESPALIER_UPDATE=1</c> writes it anew.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_offers_what_its_file_says(string package)
    {
        var assembly = Everything.SourceModule.ReferencedAssemblySymbols.Single(assembly => assembly.Name == package);
        var text = string.Join('\n',
            from type in Types(assembly.GlobalNamespace)
            group Description(type) by type.ContainingNamespace.ToDisplayString() into place
            orderby place.Key
            select $"namespace {place.Key}\n\n{string.Join('\n', place.Order(StringComparer.Ordinal))}");
        var file = Repository.PathOf("tests", "Espalier.Cli.Tests", "PublicApi", package + ".txt");
        if (Environment.GetEnvironmentVariable("ESPALIER_UPDATE") == "1") File.WriteAllText(file, text);
        else Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol around) =>
        around.GetMembers().SelectMany(member => member switch
    {
        INamespaceSymbol inner => Types(inner),
        INamedTypeSymbol type when IsOffered(type) => [type, .. Types(type)],
        _ => [],
    });

    /// <summary>A line for the type and one for each member; in order, so that a change shows as its own lines alone.</summary>
    private static string Description(INamedTypeSymbol type)
    {
        var above = type.BaseType is { SpecialType: SpecialType.None } parent ? [parent] : Array.Empty<INamedTypeSymbol>();
        var parents = string.Join(", ", above.Concat(type.Interfaces.Where(IsOffered)).Select(parent => parent.ToDisplayString(Type)));
        var members = type.GetMembers().Where(member => member is not INamedTypeSymbol && IsOffered(member))
            .Select(member => $"    {Access(member)}{member.ToDisplayString(Member)}\n");
        return $"{Kind(type)} {type.ToDisplayString(Type)}{(parents.Length > 0 ? " : " : "")}{parents}\n"
            + string.Concat(type.TypeKind == TypeKind.Enum ? members : members.Order(StringComparer.Ordinal));
    }

    private static string Kind(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Class, IsStatic: true } => "static class",
        { TypeKind: TypeKind.Class, IsAbstract: true } => "abstract class",
        { TypeKind: TypeKind.Class, IsSealed: true } => "sealed class",
        _ => type.TypeKind.ToString().ToLowerInvariant(),
    };

    private static string Access(ISymbol member) => member.DeclaredAccessibility == Accessibility.Public ? "" : "protected ";

    /// <summary>Whether others can use it and a person wrote it: not what the compiler adds to records, nor properties'
    /// accessors.</summary>
    private static bool IsOffered(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && symbol is INamedTypeSymbol { CanBeReferencedByName: true } or IFieldSymbol { Name: not "value__" } or IEventSymbol
            or IPropertySymbol { Name: not "EqualityContract" }
            or IMethodSymbol
        {
            MethodKind: MethodKind.Ordinary or MethodKind.Constructor or MethodKind.DelegateInvoke
                    or MethodKind.UserDefinedOperator or MethodKind.Conversion
        }
        && !symbol.IsImplicitlyDeclared && !symbol.GetAttributes()
            .Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");
}
