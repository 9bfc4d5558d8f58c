using System.Reflection;

namespace Espalier.Core;

/// <summary>Which Espalier this is.</summary>
internal static class ProductVersion
{
    /// <summary>The version and, behind a plus sign, the commit that it was built from.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
