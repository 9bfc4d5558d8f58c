using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Weights">The arrays, in the order of the header.</param>
/// <param name="Metadata">Texts by key, without the hash.</param>
internal sealed record SafetensorsFile(Weights Weights, ImmutableSortedDictionary<string, string> Metadata)
{
    /// <summary>Whether the file stated its SHA-256, which then matched.</summary>
    public bool IsVerified { get; init; }
}
