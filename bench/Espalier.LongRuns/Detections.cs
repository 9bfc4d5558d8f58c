using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.LongRuns;

/// <summary>Calls and opens detectors, and compares every result with the first.</summary>
internal static class Detections
{
    /// <summary>Many threads on one detector.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="options">How it looks.</param>
    /// <param name="pictures">Taken in turn.</param>
    /// <param name="threads">Threads that share the calls.</param>
    /// <param name="watch">Counts them.</param>
    /// <param name="log">Told what was found.</param>
    /// <returns>Whether all results were those of one thread, and nothing grew.</returns>
    public static bool Call(string model, DetectorOptions options, Picture[] pictures, int threads, Watch watch, TextWriter log)
    {
        using var detector = Detector.Open(model, options);
        var expected = Array.ConvertAll(pictures, detector.Detect);
        var different = 0;
        var isFlat = watch.StaysFlat(() =>
        {
            var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToArray();
            foreach (var worker in workers) worker.Start();
            foreach (var worker in workers) worker.Join();
        });
        return Agree(expected, different, log) && isFlat;

        void Work()
        {
            while (watch.Next(out var index))
            {
                var picture = index % pictures.Length;
                if (!detector.Detect(pictures[picture]).AsSpan().SequenceEqual(expected[picture])) Interlocked.Increment(ref different);
            }
        }
    }

    /// <summary>One detector after another: opened, asked once, closed.</summary>
    /// <inheritdoc cref="Call"/>
    public static bool Open(string model, DetectorOptions options, Picture[] pictures, Watch watch, TextWriter log)
    {
        Detection[][] expected;
        using (var detector = Detector.Open(model, options)) expected = Array.ConvertAll(pictures, detector.Detect);
        var different = 0;
        var isFlat = watch.StaysFlat(() =>
        {
            while (watch.Next(out var index))
            {
                using var detector = Detector.Open(model, options);
                var picture = index % pictures.Length;
                if (!detector.Detect(pictures[picture]).AsSpan().SequenceEqual(expected[picture])) different++;
            }
        });
        return Agree(expected, different, log) && isFlat;
    }

    private static bool Agree(Detection[][] expected, int different, TextWriter log)
    {
        log.WriteLine($"{expected.Length} pictures with {expected.Sum(found => found.Length)} objects: {different} results differ from the "
            + $"first");
        return different == 0;
    }
}
