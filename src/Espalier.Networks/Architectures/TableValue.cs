namespace Espalier.Networks;

/// <summary>
/// A value of a table before it means anything: text, a list or a map. YAML files and the tables that the original keeps inside its
/// <c>.pt</c> files both become this, so that there is one reader for both.
/// </summary>
internal abstract record TableValue
{
    /// <summary>A scalar as written, or null where it is absent (<c>None</c>, <c>null</c>, <c>~</c>, nothing).</summary>
    internal sealed record Scalar(string? Text) : TableValue;

    /// <summary>A list.</summary>
    internal sealed record List(IReadOnlyList<TableValue> Items) : TableValue;

    /// <summary>A map with unique keys, in order.</summary>
    internal sealed record Map(OrderedDictionary<string, TableValue> Entries) : TableValue;

    /// <summary>The scalar of a text; the words for nothing become null.</summary>
    public static Scalar Of(string text) => new(text is "" or "~" or "null" or "Null" or "NULL" or "None" ? null : text);

    /// <summary>As an argument of a row.</summary>
    /// <exception cref="GraphException">A map stands inside.</exception>
    public LayerArgument ToArgument() => this switch
    {
        Scalar scalar => new LayerArgument(scalar.Text, default),
        List list => new LayerArgument(null, [.. list.Items.Select(item => item.ToArgument())]),
        _ => throw new GraphException("its arguments may be words, numbers and lists, but not a map."),
    };
}
