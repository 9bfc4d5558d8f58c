using Espalier.Networks;

namespace Espalier.Cli.Commands;

/// <summary>The words for activations in options and experiment files.</summary>
internal static class ActivationWords
{
    /// <summary>The words.</summary>
    public static string[] All { get; } =
    [
        .. Enum.GetValues<ActivationKind>().Where(kind => kind != ActivationKind.Identity).Select(kind => $"{kind}".ToLowerInvariant()),
    ];

    /// <summary>The activation of one of the words; null for null.</summary>
    public static ActivationKind? Find(string? word) => word is null ? null : Enum.Parse<ActivationKind>(word, ignoreCase: true);
}
