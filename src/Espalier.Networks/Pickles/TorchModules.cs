namespace Espalier.Networks;

/// <summary>Walks a pickled model as its state dictionary would: a module's own parameters and buffers, then its children.</summary>
internal sealed class TorchModules(TorchArchive archive, string source)
{
    private const int MaxDepth = 32;
    private const int MaxModules = 50_000;

    private int _visited;

    /// <summary>The arrays of a model by their state-dict names.</summary>
    /// <exception cref="WeightsException">The model is too deep or too large, or a tensor is damaged.</exception>
    public Weights State(PickleObject model)
    {
        var weights = new Weights();
        Visit(model, "", 0, (module, prefix) =>
        {
            AddArrays(module.Find("_parameters"), prefix, weights);
            AddArrays(module.Find("_buffers"), prefix, weights);
        });
        return weights;
    }

    /// <summary>The activations by their modules' names, such as <c>model.0.act</c>.</summary>
    /// <exception cref="WeightsException">One is none that is known; the message names it.</exception>
    public Dictionary<string, Activation> Activations(PickleObject model)
    {
        var activations = new Dictionary<string, Activation>();
        Visit(model, "", 0, (module, prefix) =>
        {
            if (!prefix.EndsWith(".act.", StringComparison.Ordinal)) return;
            activations[prefix[..^1]] = ActivationOf(module) ?? throw new WeightsException(
                $"{source} uses the activation {module.Type.Name}{(module.Find("approximate") is string form ? $" ({form})" : "")} "
                + $"at {prefix[..^1]}, which is not supported; there are {ActivationTable.Words}.");
        });
        return activations;
    }

    /// <summary>The activation that a pickled module is; null where it is none of these, such as a GELU by approximation.</summary>
    public static Activation? ActivationOf(PickleObject module)
    {
        if (!ActivationTable.TryFind(module.Type.Name, out var description)) return null;
        if (module.Find("approximate") is not (null or "none")) return null;
        return (description.ParameterName is { } name ? module.Find(name) : null) switch
        {
            null => new Activation(description.Kind, description.TorchParameter),
            long whole => new Activation(description.Kind, whole),
            double number => new Activation(description.Kind, (float)number),
            _ => null,
        };
    }

    /// <summary>The first module of a class's short name, with its parent; or null.</summary>
    public PickleObject? First(PickleObject model, Func<PickleObject, bool> wanted)
    {
        PickleObject? first = null;
        Visit(model, "", 0, (module, _) => first ??= wanted(module) ? module : null);
        return first;
    }

    /// <summary>The arrays of a plain state dictionary.</summary>
    public Weights State(PickleMap map)
    {
        var weights = new Weights();
        AddArrays(map, "", weights);
        return weights;
    }

    private void Visit(PickleObject module, string prefix, int depth, Action<PickleObject, string> action)
    {
        // Shared or cyclic references would otherwise make a small file endless.
        if (depth > MaxDepth || ++_visited > MaxModules)
            throw new WeightsException($"{source} nests its modules too deeply or has too many.");
        action(module, prefix);
        if (module.Find("_modules") is not PickleMap children) return;
        foreach (var (key, child) in children.Entries)
        {
            if (key is string name && child is PickleObject inner) Visit(inner, $"{prefix}{name}.", depth + 1, action);
        }
    }

    /// <summary>Attention's projection of queries, keys and values has no module of its own in torch: <c>ma.in_proj_weight</c>.</summary>
    private static string ConvolutionName(string name) => name.Replace(".in_proj_", ".in_proj.", StringComparison.Ordinal);

    /// <summary>A linear layer's weight, (out, in), as that of the 1×1 convolution which it is here.</summary>
    private static WeightArray Kernel(WeightArray array)
        => array.Shape is [var outputs, var inputs] ? new([outputs, inputs, 1, 1], array.Values) : array;

    private void AddArrays(object? map, string prefix, Weights weights)
    {
        foreach (var (key, value) in (map as PickleMap)?.Entries ?? [])
        {
            if (key is not string name || value is not PickleTensor tensor) continue;
            weights[ConvolutionName(prefix + name)] = Kernel(archive.Values(tensor));
        }
    }
}
