namespace Espalier.Networks;

/// <summary>Finds the network inside what people have wrapped around it before saving.</summary>
internal static class TorchWrappers
{
    private const int MaxWrappers = 8;

    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    /// <summary>The averaged model where there is one, else the model;
    /// without the wrappers of several processors or of prediction.</summary>
    public static PickleObject? Model(object? root)
    {
        var model = root switch
        {
            PickleMap map => Object(map.Find("ema")) ?? Object(map.Find("model")),
            PickleObject { State: PickleMap } whole when whole.Find("_modules") is not null => whole,
            _ => null,
        };
        for (var depth = 0; depth < MaxWrappers && model is not null && Inner(model) is { } inner; depth++) model = inner;
        return model;
    }

    /// <summary>The state dictionary of a file without a model.</summary>
    public static PickleMap? StateMap(object? root) => root is not PickleMap map ? null
        : (map.Find("ema") ?? map.Find("model") ?? map.Find("model_state_dict") ?? map.Find("state_dict")) as PickleMap ?? map;

    /// <summary>The arrays by the names that the network itself gives them.</summary>
    public static Weights Unwrapped(Weights weights)
    {
        for (var depth = 0; depth < MaxWrappers && weights.Count > 0; depth++)
        {
            var prefix = Prefixes.FirstOrDefault(prefix => weights.Names.All(name => name.StartsWith(prefix, StringComparison.Ordinal)));
            if (prefix is null && weights.Names.All(name => name.StartsWith("model.model.", StringComparison.Ordinal))) prefix = "model.";
            if (prefix is null) break;
            weights = Renamed(weights, name => name[prefix.Length..]);
        }

        // The layers alone, without the model that holds them.
        return weights.Names.Any() && weights.Names.All(name => name.Length > 0 && char.IsAsciiDigit(name[0]))
            ? Renamed(weights, name => $"model.{name}")
            : weights;
    }

    private static Weights Renamed(Weights weights, Func<string, string> rename)
    {
        var renamed = new Weights();
        foreach (var name in weights.Names) renamed[rename(name)] = weights[name];
        return renamed;
    }

    /// <summary>A model, or the first of a tuple: the average was once saved with the number of its updates.</summary>
    private static PickleObject? Object(object? value) => value switch
    {
        PickleObject { State: PickleMap } average when average.Find("ema") is PickleObject inner => inner,
        PickleObject model => model,
        PickleTuple { Items: [PickleObject first, ..] } => first,
        _ => null,
    };

    private static PickleObject? Inner(PickleObject model) => model.Type.Name switch
    {
        "DataParallel" or "DistributedDataParallel" => Child(model, "module"),
        "AutoShape" or "autoShape" or "DetectMultiBackend" => Child(model, "model"),
        "OptimizedModule" => Child(model, "_orig_mod"),
        _ => null,
    };

    private static PickleObject? Child(PickleObject model, string name)
        => (model.Find("_modules") as PickleMap)?.Find(name) as PickleObject;
}
