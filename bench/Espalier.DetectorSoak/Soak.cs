using System.Diagnostics;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.DetectorSoak;

/// <summary>Many threads on one detector.</summary>
/// <param name="detector">The detector.</param>
/// <param name="pictures">Taken in turn.</param>
internal sealed class Soak(Detector detector, Picture[] pictures)
{
    private int _next;
    private int _different;

    /// <summary>Detects, compares and watches.</summary>
    /// <param name="count">Detections in all.</param>
    /// <param name="threads">Threads that share them.</param>
    /// <param name="log">A line for each tenth.</param>
    public SoakReport Run(int count, int threads, TextWriter log)
    {
        var expected = Array.ConvertAll(pictures, detector.Detect);
        var objects = expected.Sum(found => found.Length);
        log.WriteLine($"{pictures.Length} pictures, {objects} objects in them found by one thread");
        var clock = Stopwatch.StartNew();
        var memory = new List<double>();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(count, expected))).ToArray();
        foreach (var worker in workers) worker.Start();
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            while (Volatile.Read(ref _next) < (long)count * tenth / 10) Thread.Sleep(20);
            GC.Collect(); // Results are small: the collector alone would come once in hundreds of thousands of them.
            memory.Add(Environment.WorkingSet / 1e6);
            log.WriteLine($"{tenth * 10,3} %  {clock.Elapsed.TotalSeconds,6:0} s  {memory[^1]:0.0} MB resident, "
                + $"{GC.GetTotalMemory(false) / 1e6:0.00} MB of it managed objects");
        }

        foreach (var worker in workers) worker.Join();
        return new SoakReport(count, threads, clock.Elapsed.TotalSeconds, _different, memory[0], memory[^1], memory.Max());
    }

    private void Work(int count, Detection[][] expected)
    {
        for (int index; (index = Interlocked.Increment(ref _next) - 1) < count;)
        {
            var picture = index % pictures.Length;
            if (!detector.Detect(pictures[picture]).AsSpan().SequenceEqual(expected[picture])) Interlocked.Increment(ref _different);
        }
    }
}

/// <summary>What came of it.</summary>
internal sealed record SoakReport(int Count, int Threads, double Seconds, int Different, double FirstMegabytes,
    double LastMegabytes, double MostMegabytes)
{
    public override string ToString() =>
        $"{Count} detections from {Threads} threads in {Seconds:0} s: {Different} differ from the single-threaded ones; resident "
            + $"{FirstMegabytes:0.0} MB after a tenth, {LastMegabytes:0.0} MB at the end, {MostMegabytes:0.0} MB at most";
}
