using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>All modules that a table may name.</summary>
internal static class LayerMacros
{
    private static readonly OrderedDictionary<string, LayerMacro> ByName = new(StringComparer.Ordinal)
    {
        ["Conv"] = new ConvMacro(),
        ["Bottleneck"] = new BottleneckMacro(),
        ["C3"] = new C3Macro(),
        ["BottleneckCSP"] = new BottleneckCspMacro(),
        ["SPP"] = new SppMacro(),
        ["SPPF"] = new SppfMacro(),
        ["Focus"] = new FocusMacro(),
        ["Concat"] = new ConcatMacro(),
        ["Upsample"] = new UpsampleMacro(),
        ["MaxPool2d"] = new MaxPoolMacro(),
        ["Conv2d"] = new Conv2dMacro(),
        ["BatchNorm2d"] = new BatchNormMacro(),
        ["Detect"] = new DetectMacro(),
    };

    /// <summary>The names, for messages.</summary>
    public static ImmutableArray<string> Names { get; } = [.. ByName.Keys];

    /// <summary>A module's name without the <c>nn.</c> that the original's tables write before torch's own.</summary>
    public static string PlainName(string name) => name.StartsWith("nn.", StringComparison.Ordinal) ? name[3..] : name;

    /// <summary>The module of a name, with or without the <c>nn.</c>; or null.</summary>
    public static LayerMacro? Find(string name)
        => ByName.TryGetValue(PlainName(name), out var macro) ? macro : null;
}
