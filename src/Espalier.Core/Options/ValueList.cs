using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Espalier.Core.Options;

/// <summary>A list that is equal to another where their items are, in order: records that hold one are compared by what they say.</summary>
/// <typeparam name="T">What it holds.</typeparam>
/// <param name="items">The items.</param>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public readonly struct ValueList<T>(IEnumerable<T> items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly ImmutableArray<T> _items = [.. items];

    /// <inheritdoc/>
    public int Count => Items.Length;

    private ImmutableArray<T> Items => _items.IsDefault ? [] : _items;

    /// <inheritdoc/>
    public T this[int index] => Items[index];

    /// <summary>Whether both hold the same items in the same order.</summary>
    public static bool operator ==(ValueList<T> left, ValueList<T> right) => left.Equals(right);

    /// <summary>Whether they do not.</summary>
    public static bool operator !=(ValueList<T> left, ValueList<T> right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(ValueList<T> other) => Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => Items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes lists from what stands between brackets.</summary>
internal static class ValueList
{
    /// <summary>A list of some items.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
