using System.Collections.Immutable;
using System.Reflection;

namespace Espalier.Networks;

/// <summary>
/// The built-in architectures: three families — <c>yolov5n</c> (v6/v7), <c>yolov5n-v4</c> (v4/v5: Focus, C3, SPP) and
/// <c>yolov5n-v3</c> (v3.1: Focus, BottleneckCSP, SPP) — in the sizes n, s, m, l, x. Each is an embedded YAML table, read as a user's is.
/// </summary>
public static class Architectures
{
    private static readonly string[] Families = ["", "-v4", "-v3"];

    private static readonly (char Size, double Depth, double Width)[] Sizes =
        [('n', 0.33, 0.25), ('s', 0.33, 0.50), ('m', 0.67, 0.75), ('l', 1.0, 1.0), ('x', 1.33, 1.25)];

    private static readonly Dictionary<string, Lazy<Architecture>> ByName = (
        from family in Families
        from size in Sizes
        let name = $"yolov5{size.Size}{family}"
        select KeyValuePair.Create(name, new Lazy<Architecture>(() => Read(name, family, size.Depth, size.Width)))).ToDictionary();

    /// <summary>All names, <c>yolov5n</c> to <c>yolov5x-v3</c>.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. from family in Families from size in Sizes select $"yolov5{size.Size}{family}"];

    /// <summary>The built-in of a name, or null.</summary>
    public static Architecture? Find(string name) => ByName.TryGetValue(name, out var found) ? found.Value : null;

    /// <summary>The family's table as it is embedded, with the multiples of size l.</summary>
    /// <param name="family">Empty, <c>-v4</c> or <c>-v3</c>.</param>
    internal static string Table(string family)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"yolov5{family}.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static Architecture Read(string name, string family, double depth, double width)
        => Architecture.Parse(name, Table(family)) with { DepthMultiple = depth, WidthMultiple = width };
}
