namespace Espalier.Networks;

/// <summary>The words for activations in tables and stored graphs.</summary>
internal static class ActivationNames
{
    /// <summary>The words, for messages.</summary>
    public const string All = "SiLU, ReLU, Hardswish, LeakyReLU, Identity";

    /// <summary>The activation of a word, with or without torch's spelling around it (<c>nn.SiLU()</c>, <c>nn.LeakyReLU(0.1)</c>); or null.</summary>
    public static ActivationKind? Find(string text)
    {
        var word = text.AsSpan().Trim();
        if (word.StartsWith("torch.")) word = word[6..];
        if (word.StartsWith("nn.")) word = word[3..];
        if (word.EndsWith("()")) word = word[..^2];
        return word switch
        {
            "SiLU" => ActivationKind.SiLU,
            "ReLU" => ActivationKind.ReLU,
            "Hardswish" => ActivationKind.Hardswish,
            "LeakyReLU" or "LeakyReLU(0.1)" => ActivationKind.LeakyReLU,
            "Identity" => ActivationKind.Identity,
            _ => null,
        };
    }
}
