using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;
using Espalier.Training.Sparsity;
using Google.Protobuf;
using Tensorboard;

namespace Espalier.Training.Listeners;

/// <summary>
/// A file of events for TensorBoard: records of a length, its checksum, a serialized event, its checksum. Each is appended whole; a reader
/// takes a torn last one for the end.
/// </summary>
/// <remarks>
/// TorchSharp's own writer knows no histograms, and its way to count one passes numbers that nothing keeps alive (see
/// <c>NumberArithmetic</c>).
/// </remarks>
internal sealed class EventFile
{
    private static int _count;

    /// <summary>A new file in a folder that is there, under the name that TensorBoard looks for.</summary>
    public EventFile(string folder)
    {
        var (now, number) = (DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Interlocked.Increment(ref _count));
        var name = string.Create(
            CultureInfo.InvariantCulture, $"events.out.tfevents.{now:D10}.{Dns.GetHostName()}.{Environment.ProcessId}.{number}");
        Path = System.IO.Path.Combine(folder, name);
        Append(new Event { FileVersion = "brain.Event:2" });
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Adds numbers of one step.</summary>
    public void Add(int step, IEnumerable<(string Name, double Value)> scalars)
    {
        var summary = new Summary();
        summary.Value.AddRange(scalars.Select(scalar => new Summary.Types.Value { Tag = scalar.Name, SimpleValue = (float)scalar.Value }));
        Append(new Event { Step = step, Summary = summary });
    }

    /// <summary>Adds a histogram of one step.</summary>
    public void Add(int step, string name, ScaleHistogram histogram)
    {
        var summary = new Summary();
        summary.Value.Add(new Summary.Types.Value { Tag = name, Histo = Of(histogram) });
        Append(new Event { Step = step, Summary = summary });
    }

    /// <summary>
    /// The buckets up to the last that is not empty, which ends at the largest value. Sums are those of the buckets' middles.
    /// </summary>
    private static HistogramProto Of(ScaleHistogram histogram)
    {
        var proto = new HistogramProto { Min = 0, Max = histogram.Largest, Num = histogram.Total };
        var last = Enumerable.Range(0, histogram.Counts.Count).LastOrDefault(bin => histogram.Counts[bin] > 0);
        for (var bin = 0; bin <= last; bin++)
        {
            var (from, to) = (bin * ScaleHistogram.Width, bin == last ? histogram.Largest : (bin + 1) * ScaleHistogram.Width);
            var (count, middle) = (histogram.Counts[bin], (from + to) / 2);
            proto.BucketLimit.Add(to);
            proto.Bucket.Add(count);
            proto.Sum += count * middle;
            proto.SumSquares += count * middle * middle;
        }

        return proto;
    }

    private void Append(Event happened)
    {
        happened.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        var content = happened.ToByteArray();
        var record = new byte[sizeof(ulong) + sizeof(uint) + content.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), Checksum(record.AsSpan(0, sizeof(ulong))));
        content.CopyTo(record, sizeof(ulong) + sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - sizeof(uint)), Checksum(content));
        using var stream = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);
        stream.Write(record);
    }

    /// <summary>CRC-32C, turned right by 15 bits, and a constant: so that sums of data that hold sums stay sound.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
