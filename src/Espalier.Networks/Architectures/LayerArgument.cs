using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>One argument of a <see cref="LayerRow"/>: a word or number as written, or a list. Nothing is ever evaluated.</summary>
/// <param name="Text">The scalar's text; null for a list and for an absent value (<c>None</c>, <c>null</c>).</param>
/// <param name="Items">The list's items; default (not a list) for a scalar.</param>
public sealed record LayerArgument(string? Text, ImmutableArray<LayerArgument> Items)
{
    /// <summary>Whether this is a list.</summary>
    public bool IsList => !Items.IsDefault;

    /// <summary>Whether this is an absent value: the macro's default holds.</summary>
    public bool IsAbsent => !IsList && Text is null;

    /// <summary>As it would stand in the table.</summary>
    public override string ToString() => IsList ? $"[{string.Join(", ", Items)}]" : Text ?? "None";
}
