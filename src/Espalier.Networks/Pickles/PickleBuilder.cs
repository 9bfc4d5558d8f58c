namespace Espalier.Networks;

/// <summary>What the few calls that a checkpoint needs come to, as data.</summary>
internal static class PickleBuilder
{
    private const long MaxNumbers = 1 << 30;
    private const int MaxDimensions = 16;

    /// <summary>What a call of a name gives; null where the arguments make no sense.</summary>
    public static object? Make(PickleName name, object? arguments)
    {
        var items = (arguments as PickleTuple)?.Items ?? [];
        return name.ToString() switch
        {
            "torch._utils._rebuild_tensor_v2" => Tensor(items),
            "torch._utils._rebuild_parameter" => items.Count > 0 ? items[0] as PickleTensor : null,
            "torch.Size" => items.Count == 1 ? items[0] : null,
            "collections.OrderedDict" => Map(items),
            _ => new PickleObject(name, arguments),
        };
    }

    /// <summary>The storage of a persistent id ("storage", class, key, device, count); null where it is none.</summary>
    public static PickleStorage? Storage(object? id)
        => id is PickleTuple { Items: ["storage", PickleName type, string key, _, long count, ..] }
            && PickleAllowList.Storage(type) is { } element && count is >= 0 and <= MaxNumbers
            ? new PickleStorage(element, key, count)
            : null;

    /// <summary>Gives an object its attributes; a dictionary's own attributes (an OrderedDict may have some) are not needed.</summary>
    public static void SetState(object? target, object? state)
    {
        if (target is PickleObject record) record.State = state;
    }

    private static PickleMap? Map(IReadOnlyList<object?> items)
    {
        var map = new PickleMap();
        if (items.Count == 0) return map;
        if (items[0] is not PickleList list) return null;
        foreach (var item in list.Items)
        {
            var pair = item switch
            {
                PickleTuple tuple => tuple.Items,
                PickleList entry => entry.Items,
                _ => null,
            };
            if (pair is not { Count: 2 }) return null;
            map.Entries.Add(KeyValuePair.Create(pair[0], pair[1]));
        }

        return map;
    }

    /// <summary>A view of a storage that stays inside it; null where it does not.</summary>
    private static PickleTensor? Tensor(IReadOnlyList<object?> items)
    {
        if (items is not [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, ..]) return null;
        if (size.Items.Count != stride.Items.Count || size.Items.Count > MaxDimensions || offset < 0) return null;
        var (shape, strides, count, last) = (new int[size.Items.Count], new long[size.Items.Count], 1L, offset);
        for (var i = 0; i < shape.Length; i++)
        {
            if (size.Items[i] is not long length || stride.Items[i] is not long step) return null;
            if (length is < 0 or > MaxNumbers || step is < 0 or > MaxNumbers) return null;
            (shape[i], strides[i]) = ((int)length, step);
            count *= length;
            last += Math.Max(length - 1, 0) * step;
            if (count > MaxNumbers || last > MaxNumbers) return null;
        }

        return count == 0 || last < storage.Count ? new PickleTensor(storage, offset, shape, strides) : null;
    }
}
