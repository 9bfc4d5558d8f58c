using System.Diagnostics;

namespace Espalier.Core;

/// <summary>How much time other programs leave this one on the processors.</summary>
internal static class ProcessorTime
{
    private const int Looks = 3;
    private const double Whole = 0.95;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// How many processors' worth of time some threads are given that never rest: all at the first look, in a twentieth of a second, or the
    /// most of three looks, in half a second, so that what keeps processors busy for a moment alone does not count.
    /// </summary>
    /// <param name="threads">How many, 1 or more.</param>
    /// <returns>Above 0, at most <paramref name="threads"/>.</returns>
    public static double Granted(int threads)
    {
        var most = 0.0;
        for (var look = 0; look < Looks && most < threads * Whole; look++)
        {
            if (look > 0) Thread.Sleep(Rest);
            most = Math.Max(most, Spin(threads));
        }

        return Math.Min(most, threads);
    }

    private static double Spin(int threads)
    {
        var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var others = Enumerable.Range(1, threads - 1).Select(_ => new Thread(UntilOver)).ToList();
        others.ForEach(thread => thread.Start());
        UntilOver();
        others.ForEach(thread => thread.Join());
        return (Environment.CpuUsage.TotalTime - before) / clock.Elapsed;

        void UntilOver()
        {
            while (clock.Elapsed < Look) Thread.SpinWait(1);
        }
    }
}
