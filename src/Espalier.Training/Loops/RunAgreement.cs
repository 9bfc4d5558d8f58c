using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Losses;
using Espalier.Training.Runs;

namespace Espalier.Training.Loops;

/// <summary>Makes sure that all processes of a run do the same.</summary>
internal static class RunAgreement
{
    private static readonly JsonSerializerOptions RecordFormat =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Compares version, options, data and starting weights over all processes, before the first batch.</summary>
    /// <exception cref="EspalierException">They differ, and in what.</exception>
    public static void Require(IProcessGroup group, TrainingOptions options, DetectionDataset data, Checkpoint start)
    {
        if (group.Size == 1) return;
        (string What, byte[] Digest)[] own =
        [
            ("the version of Espalier", Of(ProductVersion.Text)),
            ("their options", Of(JsonSerializer.Serialize(Comparable(options)))),
            ("the training pictures and their labels", Of(Describe(data))),
            ("the weights they start from", SHA256.HashData(Bytes(start.Weights))),
        ];
        foreach (var (what, digest) in own)
        {
            var all = group.Gather(digest);
            var other = Enumerable.Range(0, all.Count).FirstOrDefault(rank => !all[rank].AsSpan().SequenceEqual(all[0]), -1);
            if (other >= 0) throw new EspalierException(string.Create(CultureInfo.InvariantCulture, $"The {group.Size} processes of this "
                + $"run disagree on {what} (process {other} and process 0): start all with the same program, options and data."));
        }
    }

    /// <summary>The losses of all processes' parts added up, and whether any of them was interrupted.</summary>
    public static (LossValues Values, bool WantsToStop) OnStep(IProcessGroup group, LossValues own, bool wantsToStop)
    {
        Span<double> all = [own.Box, own.Objectness, own.Class, wantsToStop ? 1 : 0];
        group.Sum(all);
        return (new LossValues(all[0], all[1], all[2]), all[3] > 0);
    }

    /// <summary>The first process's text in every process.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="own">The first process's, which counts; null in the others.</param>
    public static string OnText(IProcessGroup group, string? own) =>
        Encoding.UTF8.GetString(group.Broadcast(own is null ? [] : Encoding.UTF8.GetBytes(own)));

    /// <summary>An epoch's record in every process.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="own">The first process's, which counts; null in the others.</param>
    public static EpochRecord OnRecord(IProcessGroup group, EpochRecord? own) =>
        JsonSerializer.Deserialize<EpochRecord>(group.Broadcast(own is null ? [] : JsonSerializer.SerializeToUtf8Bytes(own, RecordFormat)),
            RecordFormat)!;

    /// <summary>Without what may differ from machine to machine.</summary>
    private static TrainingOptions Comparable(TrainingOptions options) =>
        options with { Data = "", Weights = null, Teacher = options.Teacher is null ? null : "", Workers = 0, Threads = 0, Device = "" };

    private static string Describe(DetectionDataset data)
    {
        var text = new StringBuilder().AppendJoin('\n', data.ClassNames).Append('\n');
        foreach (var entry in data.Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Path.GetFileName(entry.Path)} {entry.Width}x{entry.Height}");
            foreach (var label in entry.Labels) text.Append(CultureInfo.InvariantCulture, $" {label}");
            text.Append('\n');
        }

        return text.ToString();
    }

    private static byte[] Bytes(Weights weights)
    {
        using var all = new MemoryStream();
        foreach (var name in weights.Names)
        {
            all.Write(Encoding.UTF8.GetBytes(name));
            all.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights[name].Values.AsSpan()));
        }

        return all.ToArray();
    }

    private static byte[] Of(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
