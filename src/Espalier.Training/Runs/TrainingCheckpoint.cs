using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Optimization;

namespace Espalier.Training.Runs;

/// <summary>What a run adds to its checkpoints: options and history to both, and to <c>last</c> all that an exact resume needs.</summary>
internal static class TrainingCheckpoint
{
    private const string OptionsKey = "options";
    private const string HistoryKey = "history";
    private const string StateKey = "state";
    private const string LivePrefix = "live/";
    private const string AveragePrefix = "average/";
    private const string OptimizerPrefix = "optimiser/";

    private static readonly JsonSerializerOptions Json = StoredJson.Format();

    /// <summary>A checkpoint for use: the average's weights, options and history.</summary>
    public static Checkpoint ForUse(Checkpoint start, Weights average, TrainingOptions options, IReadOnlyList<EpochRecord> history) =>
        start with
        {
            Weights = average,
            Properties = ImmutableSortedDictionary<string, string>.Empty
            .Add(OptionsKey, JsonSerializer.Serialize(options, Json))
            .Add(HistoryKey, Text(history)),
            Training = new Weights(),
        };

    /// <summary>
    /// The same, and in addition the live weights, the optimizer's memory and the place in the run; and the moving average where the
    /// weights for use differ from it, because zeros of the live network were taken over; and, in the middle of an epoch, what is each
    /// process's own.
    /// </summary>
    public static Checkpoint ForResume(Checkpoint use, ExecutableNetwork live, ExecutableNetwork average, Optimizer optimizer,
        TrainingState state, Weights? processes = null)
    {
        var training = new Weights();
        var own = average.ToWeights();
        foreach (var name in own.Names.Where(name => !MemoryMarshal.AsBytes<float>(own[name].Values)
            .SequenceEqual(MemoryMarshal.AsBytes<float>(use.Weights[name].Values))))
            training[AveragePrefix + name] = own[name];
        Copy(live.ToWeights(), training, string.Empty, LivePrefix);
        Copy(optimizer.ExportState(), training, string.Empty, OptimizerPrefix);
        if (processes is not null) Copy(processes, training, string.Empty, string.Empty);
        var text = JsonSerializer.Serialize(state, Json);
        return use with { Properties = use.Properties.Add(StateKey, text), Training = training };
    }

    /// <summary>Reads options and state back.</summary>
    /// <exception cref="EspalierException">The file is no <c>last</c> of a run.</exception>
    public static (TrainingOptions Options, TrainingState State) ReadState(Checkpoint checkpoint, string path)
    {
        if (Find(StateKey) is not { } state || Find(OptionsKey) is not { } options || Find(HistoryKey) is not { } history)
        {
            throw new EspalierException($"'{path}' holds weights but no place in a run: only last.safetensors can be resumed; start a new "
                + $"run with --weights instead.");
        }

        try
        {
            var asked = StoredJson.Read<TrainingOptions>(options, Json);
            asked.Validate(checkpoint.Stride);
            var epochs = StoredJson.Read<EpochRecord[]>(history, Json, nameof(TrainingState.History));
            var read = StoredJson.Read<TrainingState>(state, Json) with { History = epochs };
            return read.FaultIn(asked) is { } fault ? throw new JsonException(fault) : (asked, read);
        }
        catch (Exception exception) when (exception is JsonException or OptionException)
        {
            throw new EspalierException($"'{path}' is damaged: its options or its state cannot be read ({exception.Message.TrimEnd('.')}).",
                exception);
        }

        string? Find(string key) => checkpoint.Properties.GetValueOrDefault(key);
    }

    /// <summary>How many pictures a batch had in the run that a checkpoint is from; null where it is from none.</summary>
    public static int? BatchOf(Checkpoint checkpoint)
    {
        if (checkpoint.Properties.GetValueOrDefault(OptionsKey) is not { } options) return null;
        try
        {
            return StoredJson.Read<TrainingOptions>(options, Json).BatchSize;
        }
        catch (JsonException)
        {
            return null; // Of an older or newer version: nothing depends on it.
        }
    }

    /// <summary>The moving average as it was when <see cref="ForResume"/> kept it.</summary>
    public static Weights AverageOf(Checkpoint checkpoint)
    {
        var average = new Weights();
        foreach (var name in checkpoint.Weights.Names)
            average[name] = checkpoint.Training.Find(AveragePrefix + name) ?? checkpoint.Weights[name];
        return average;
    }

    /// <summary>Brings network and optimizer back to where <see cref="ForResume"/> found them.</summary>
    public static void Restore(Checkpoint checkpoint, ExecutableNetwork live, Optimizer optimizer)
    {
        var (network, memory) = (new Weights(), new Weights());
        Copy(checkpoint.Training, network, LivePrefix, string.Empty);
        Copy(checkpoint.Training, memory, OptimizerPrefix, string.Empty);
        live.Load(network);
        optimizer.ImportState(memory);
    }

    // Record by record: for the whole list the serializer would take a buffer as long as the text from a pool, which keeps it.
    private static string Text(IReadOnlyList<EpochRecord> history) =>
        new StringBuilder("[").AppendJoin(',', history.Select(record => JsonSerializer.Serialize(record, Json))).Append(']').ToString();

    private static void Copy(Weights from, Weights to, string fromPrefix, string toPrefix)
    {
        foreach (var name in from.Names.Where(name => name.StartsWith(fromPrefix, StringComparison.Ordinal)))
            to[toPrefix + name[fromPrefix.Length..]] = from[name];
    }
}
