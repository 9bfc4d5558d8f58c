using System.Collections.Immutable;
using System.Globalization;

namespace Espalier.Networks;

/// <summary>Finds the model, its table and its names in an unpickled <c>.pt</c> file.</summary>
internal sealed class TorchContent(TorchArchive archive, string source)
{
    private const int MaxDepth = 16;

    private int _tableValues;

    /// <summary>What the file holds.</summary>
    /// <exception cref="WeightsException">It holds no weights.</exception>
    public TorchFile Read(object? root)
    {
        var modules = new TorchModules(archive, source);
        if (Model(root) is { } model)
        {
            return new TorchFile
            {
                Weights = modules.State(model),
                ClassNames = Names(model.Find("names")),
                Architecture = Table(model, modules),
            };
        }

        var weights = StateMap(root) is { } map ? modules.State(map) : new Weights();
        return weights.Count > 0
            ? new TorchFile { Weights = weights, ClassNames = Names((root as PickleMap)?.Find("names")) }
            : throw new WeightsException($"{source} holds neither a model nor a state dictionary.");
    }

    /// <summary>The averaged model where there is one, else the model.</summary>
    private static PickleObject? Model(object? root) => root switch
    {
        PickleMap map => map.Find("ema") as PickleObject ?? map.Find("model") as PickleObject,
        PickleObject model when model.Find("_modules") is not null => model,
        _ => null,
    };

    private static PickleMap? StateMap(object? root) => root is not PickleMap map ? null
        : (map.Find("ema") ?? map.Find("model") ?? map.Find("state_dict")) as PickleMap ?? map;

    private static ImmutableArray<string> Names(object? names) => names switch
    {
        PickleList list => [.. list.Items.OfType<string>()],
        PickleMap map => [.. map.Entries.Where(entry => entry.Key is long).OrderBy(entry => entry.Key).Select(entry => entry.Value).OfType<string>()],
        _ => [],
    };

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
        return activation is null ? null : ActivationTable.Parse(activation.Type.Name);
    }

    private TableValue ToTable(object? value, int depth)
    {
        if (depth > MaxDepth || ++_tableValues > 100_000) throw new WeightsException($"{source} holds a table that is too deep or too large.");
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
