using System.Globalization;

namespace Espalier.Networks;

/// <summary>Finds the model, its table and its names in an unpickled <c>.pt</c> file.</summary>
internal sealed class TorchContent(TorchArchive archive, string source)
{
    private const int MaxDepth = 16;

    private int _tableValues;

    /// <summary>What the file holds.</summary>
    /// <exception cref="WeightsException">It holds no weights, or those of something that is not a detector to train.</exception>
    public TorchFile Read(object? root)
    {
        var modules = new TorchModules(archive, source);
        if (TorchWrappers.Model(root) is { } model)
        {
            RefuseOthers(model, modules);
            var file = new TorchFile
            {
                Weights = modules.State(model),
                ClassNames = TorchNames.Read(model.Find("names"), source),
                Architecture = Table(model, modules),
                Activations = modules.Activations(model),
            };
            RefuseFused(file.Weights);
            return file;
        }

        var weights = TorchWrappers.StateMap(root) is { } map ? TorchWrappers.Unwrapped(modules.State(map)) : new Weights();
        RefuseFused(weights);
        return weights.Count > 0
            ? new TorchFile { Weights = weights, ClassNames = TorchNames.Read((root as PickleMap)?.Find("names"), source) }
            : throw new WeightsException($"{source} holds neither a model nor a state dictionary.");
    }

    /// <summary>Networks for other tasks, which share everything with a detector but its last module.</summary>
    private void RefuseOthers(PickleObject model, TorchModules modules)
    {
        var task = modules.First(model, module => module.Type.Name is "Segment" or "Classify")?.Type.Name;
        if (task is null) return;
        var purpose = task == "Segment" ? "segmentation" : "classification";
        throw new WeightsException($"{source} holds a network for {purpose}, not a detector; train yolov5's detection model instead.");
    }

    /// <summary>A convolution with a bias of its own where its normalization should be.</summary>
    private void RefuseFused(Weights weights)
    {
        if (weights.Names.FirstOrDefault(name => name.Contains(".proto.cv1.", StringComparison.Ordinal)) is not null)
            throw new WeightsException($"{source} holds the weights of a network for segmentation, not of a detector.");
        const string Bias = ".conv.bias";
        var fused = weights.Names.FirstOrDefault(name
            => name.EndsWith(Bias, StringComparison.Ordinal) && weights.Find($"{name[..^Bias.Length]}.bn.weight") is null);
        if (fused is not null)
            throw new WeightsException($"{source} is fused: its normalizations were folded into its convolutions (see {fused}), "
                + $"so that it can be neither trained nor pruned; save it before fuse(), or take the best.pt that training wrote.");
    }

    private Architecture? Table(PickleObject model, TorchModules modules)
    {
        if (model.Find("yaml") is not PickleMap yaml) return null;
        try
        {
            var architecture = new ArchitectureReader(source).Read((TableValue.Map)ToTable(yaml, 0));
            return architecture with
            {
                Activation = Activation(model, modules, module => module.Type.Name == "Conv") ?? architecture.Activation,
                CspActivation = Activation(model, modules, module => module.Type.Name == "BottleneckCSP") ?? architecture.CspActivation,
            };
        }
        catch (GraphException exception)
        {
            throw new WeightsException($"{source} holds a table that is not understood ({exception.Message.TrimEnd('.')}).", exception);
        }
    }

    /// <summary>The activation that stands in the first module of a kind: the table of a release does not say which it was.</summary>
    private static Activation? Activation(PickleObject model, TorchModules modules, Func<PickleObject, bool> kind)
    {
        var activation = (modules.First(model, kind)?.Find("_modules") as PickleMap)?.Find("act") as PickleObject;
        return activation is null ? null : TorchModules.ActivationOf(activation);
    }

    private TableValue ToTable(object? value, int depth)
    {
        if (depth > MaxDepth || ++_tableValues > 100_000)
            throw new WeightsException($"{source} holds a table that is too deep or too large.");
        return value switch
        {
            null => new TableValue.Scalar(null),
            string text => TableValue.Of(text),
            long or double or bool => new TableValue.Scalar(Convert.ToString(value, CultureInfo.InvariantCulture)),
            PickleList list => new TableValue.List([.. list.Items.Select(item => ToTable(item, depth + 1))]),
            PickleTuple tuple => new TableValue.List([.. tuple.Items.Select(item => ToTable(item, depth + 1))]),
            PickleMap map => ToMap(map, depth),
            _ => new TableValue.Scalar(null),
        };
    }

    private TableValue.Map ToMap(PickleMap map, int depth)
    {
        var entries = new OrderedDictionary<string, TableValue>();
        foreach (var (key, value) in map.Entries)
        {
            if (key is string or long) entries[string.Create(CultureInfo.InvariantCulture, $"{key}")] = ToTable(value, depth + 1);
        }

        return new TableValue.Map(entries);
    }
}
