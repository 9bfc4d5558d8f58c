using System.Globalization;
using System.Runtime.InteropServices;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>
/// The running statistics of processes that train together, each by its own pictures: the one thing in which they differ between two steps.
/// At an epoch's end they are brought to their mean; a checkpoint from the middle of one holds those of every process under
/// <c>processN/live/…</c> and <c>processN/average/…</c>.
/// </summary>
internal static class ProcessStatistics
{
    /// <summary>Brings statistics to their mean over all processes.</summary>
    public static void Average(IProcessGroup group, FlatTensor live, FlatTensor average)
    {
        FlatTensor[] all = [live, average];
        foreach (var statistics in all) group.BeginSum(statistics.Values);
        group.Finish();
        using var guard = no_grad();
        foreach (var statistics in all) statistics.Values.Divide(group.Size);
    }

    /// <summary>What every process holds, in every process.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="live">Of the network that trains.</param>
    /// <param name="average">Of its moving average.</param>
    public static Weights Gather(IProcessGroup group, FlatTensor live, FlatTensor average)
    {
        var all = new Weights();
        FlatTensor[] own = [live, average];
        var words = own.Select(statistics => group.Gather(statistics.Values.bytes.ToArray())).ToArray();
        for (var rank = 0; rank < group.Size; rank++)
        {
            for (var part = 0; part < own.Length; part++)
            {
                var flat = MemoryMarshal.Cast<byte, float>(words[part][rank]);
                var prefix = Prefixes(rank)[part];
                foreach (var slot in own[part].Slots) all[prefix + slot.Name] = new WeightArray(slot.Shape, slot.Unpack(flat));
            }
        }

        return all;
    }

    /// <summary>Of how many processes a checkpoint holds statistics; 0 where all had the same.</summary>
    /// <param name="training">What it holds beside the weights for use.</param>
    public static int CountIn(Weights training)
    {
        var count = 0;
        while (training.Names.Any(name => name.StartsWith(Prefixes(count)[0], StringComparison.Ordinal))) count++;
        return count;
    }

    /// <summary>Brings back this process's own.</summary>
    /// <param name="training">What a checkpoint of as many processes holds beside the weights for use.</param>
    /// <param name="group">The processes.</param>
    /// <param name="live">Of the network that trains; overwritten.</param>
    /// <param name="average">Of its moving average; overwritten.</param>
    public static void Restore(Weights training, IProcessGroup group, FlatTensor live, FlatTensor average)
    {
        live.CopyFrom(training, Prefixes(group.Rank)[0]);
        average.CopyFrom(training, Prefixes(group.Rank)[1]);
    }

    private static string[] Prefixes(int rank)
    {
        var process = string.Create(CultureInfo.InvariantCulture, $"process{rank}/");
        return [process + "live/", process + "average/"];
    }
}
