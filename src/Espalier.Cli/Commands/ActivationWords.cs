using Espalier.Networks;

namespace Espalier.Cli.Commands;

/// <summary>The words for activations in options and experiment files.</summary>
internal static class ActivationWords
{
    /// <summary>The words.</summary>
    public static string[] All { get; } = ["silu", "relu", "hardswish", "leakyrelu"];

    /// <summary>The activation of one of the words; null for null.</summary>
    public static ActivationKind? Find(string? word) => word switch
    {
        "silu" => ActivationKind.SiLU,
        "relu" => ActivationKind.ReLU,
        "hardswish" => ActivationKind.Hardswish,
        "leakyrelu" => ActivationKind.LeakyReLU,
        _ => null,
    };
}
