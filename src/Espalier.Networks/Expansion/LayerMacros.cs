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
        ["C3Ghost"] = new C3GhostMacro(),
        ["C3x"] = new C3xMacro(),
        ["C3SPP"] = new C3SppMacro(),
        ["C3TR"] = new C3TrMacro(),
        ["BottleneckCSP"] = new BottleneckCspMacro(),
        ["SPP"] = new SppMacro(),
        ["SPPF"] = new SppfMacro(),
        ["Focus"] = new FocusMacro(),
        ["DWConv"] = new DwConvMacro(),
        ["GhostConv"] = new GhostConvMacro(),
        ["GhostBottleneck"] = new GhostBottleneckMacro(),
        ["CrossConv"] = new CrossConvMacro(),
        ["ConvTranspose2d"] = new ConvTransposeMacro(depthwise: false),
        ["DWConvTranspose2d"] = new ConvTransposeMacro(depthwise: true),
        ["SE"] = new SeMacro(),
        ["CBAM"] = new CbamMacro(),
        ["ZeroPad2d"] = new ZeroPadMacro(),
        ["Concat"] = new ConcatMacro(),
        ["Upsample"] = new UpsampleMacro(),
        ["MaxPool2d"] = new MaxPoolMacro(),
        ["Conv2d"] = new Conv2dMacro(),
        ["BatchNorm2d"] = new BatchNormMacro(),
        ["Detect"] = new DetectMacro(),
    };

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["TransformerBlock"] = "layers of a transformer stand within C3TR",
        ["MixConv2d"] = "kernels of several sizes in one convolution cannot be trained here",
        ["Contract"] = "moving cells into channels is known as Focus alone",
        ["Expand"] = "moving channels into cells is not known; ConvTranspose2d or Upsample enlarge",
        ["Segment"] = "it can only be the last row, [nc, anchors, masks, prototypes], and its boxes alone are learned",
        ["Classify"] = "this table classifies, and only detection can be trained here: its last row must be Detect",
    };

    /// <summary>Why a module of the original's is refused; or that there is none of this name.</summary>
    public static string WhyNot(string name) => Refused.TryGetValue(PlainName(name), out var reason)
        ? $"{reason}."
        : $"there is no module of this name; there are {string.Join(", ", Names)}.";

    /// <summary>The names, for messages.</summary>
    public static ImmutableArray<string> Names { get; } = [.. ByName.Keys];

    /// <summary>A module's name without the <c>nn.</c> that the original's tables write before torch's own.</summary>
    public static string PlainName(string name) => name.StartsWith("nn.", StringComparison.Ordinal) ? name[3..] : name;

    /// <summary>The module of a name, with or without the <c>nn.</c>; or null.</summary>
    public static LayerMacro? Find(string name)
        => ByName.TryGetValue(PlainName(name), out var macro) ? macro : null;
}
