namespace Espalier.Networks;

/// <summary>Expands an <see cref="Architecture"/>'s rows into a <see cref="Graph"/> of primitive nodes.</summary>
public static class GraphBuilder
{
    /// <summary>The graph of an architecture.</summary>
    /// <param name="architecture">The table.</param>
    /// <param name="classes">How many classes the heads predict; null for the table's own number.</param>
    /// <exception cref="GraphException">A row does not make sense; the message names the row and the reason.</exception>
    public static Graph Expand(Architecture architecture, int? classes = null)
    {
        var count = classes ?? architecture.Classes;
        if (count is < 1 or > GraphLimits.Classes)
            throw new GraphException($"{architecture.Name}: the number of classes must be from 1 to {GraphLimits.Classes}, not {count}.");
        if (architecture.Rows.IsEmpty) throw new GraphException($"{architecture.Name}: the table has no rows.");

        var assembler = new GraphAssembler(architecture.InputChannels);
        var outputs = new int[architecture.Rows.Length];
        var parameters = 0L;
        foreach (var row in architecture.Rows)
        {
            try
            {
                var before = assembler.Nodes.Length;
                outputs[row.Index] = Expand(architecture, row, assembler, outputs, count);
                parameters += assembler.Nodes.AsSpan()[before..].Sum(node => node.Parameters);
                if (parameters > GraphLimits.Parameters)
                    throw new GraphException($"the network passes the limit of {GraphLimits.Parameters} parameters here.");
            }
            catch (GraphException exception)
            {
                throw new GraphException($"{architecture.Name}, row {row.Index} ({row.Module}): {exception.Message}", exception);
            }
        }

        var graph = new Graph(assembler.Nodes) { Modules = [.. architecture.Rows.Select(row => LayerMacros.PlainName(row.Module))] };
        GraphValidator.Validate(graph, architecture.Name);
        return graph;
    }

    private static int Expand(Architecture architecture, LayerRow row, GraphAssembler assembler, int[] outputs, int classes)
    {
        var macro = LayerMacros.Find(row.Module)
            ?? throw new GraphException(LayerMacros.WhyNot(row.Module));
        var last = row.Index == architecture.Rows.Length - 1;
        if (macro is DetectMacro != last)
            throw new GraphException(last ? "the last row must be Detect." : "Detect must be the last row.");

        assembler.Row = row.Index;
        var context = new LayerContext(architecture, assembler, [.. row.From.Select(from => Source(from, row.Index, outputs))],
            new LayerArguments(row.Arguments), classes)
        {
            Name = $"model.{row.Index}",
            Repeats = Repeats(row.Repeats, architecture.DepthMultiple),
        };
        return macro.RepeatsInside || context.Repeats == 1 ? macro.Expand(context) : Chain(macro, context);
    }

    /// <summary>max(round-half-even(n · depth), 1) where n > 1.</summary>
    private static int Repeats(int repeats, double depthMultiple)
    {
        if (repeats <= 1) return repeats;
        var scaled = Math.Max(Math.Round(repeats * depthMultiple, MidpointRounding.ToEven), 1);
        return scaled <= GraphLimits.Repeats
            ? (int)scaled
            : throw new GraphException($"it repeats {scaled} times; at most {GraphLimits.Repeats} are allowed.");
    }

    /// <summary>A row that repeats a block which has no repeats of its own: one after the other, numbered below the row's name.</summary>
    private static int Chain(LayerMacro macro, LayerContext context)
    {
        var output = -1;
        for (var i = 0; i < context.Repeats; i++)
        {
            output = macro.Expand(context with { Name = $"{context.Name}.{i}", Inputs = i == 0 ? context.Inputs : [output] });
        }

        return output;
    }

    /// <summary>The node that a row's "from" means: 0 is the image's.</summary>
    private static int Source(int from, int row, int[] outputs)
    {
        var source = from < 0 ? row + from : from;
        if (from < 0 && source == -1) return 0;
        if (source < 0) throw new GraphException($"from {from} lies before the first row.");
        if (source >= outputs.Length)
            throw new GraphException($"from {from} is out of range: the table has rows 0 to {outputs.Length - 1}.");
        if (source >= row) throw new GraphException($"from {from} does not come before this row, which would make a cycle.");
        return outputs[source];
    }

    private static long Sum(this ReadOnlySpan<Node> nodes, Func<Node, long> of)
    {
        var sum = 0L;
        foreach (var node in nodes) sum += of(node);
        return sum;
    }
}
