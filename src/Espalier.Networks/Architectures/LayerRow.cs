using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>One row of an <see cref="Architecture"/>'s table, as written.</summary>
/// <param name="Index">The row's number, counted through backbone and head from 0.</param>
/// <param name="From">The rows it takes: −1 is the row before (for row 0 the image),
/// others count back from here or, from 0 up, name a row.</param>
/// <param name="Repeats">How often, before the depth multiple.</param>
/// <param name="Module">The macro's name, such as <c>C3</c>.</param>
/// <param name="Arguments">What the macro is given.</param>
public sealed record LayerRow(
    int Index, ImmutableArray<int> From, int Repeats, string Module, ImmutableArray<LayerArgument> Arguments);
