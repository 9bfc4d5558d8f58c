using System.Runtime.InteropServices;
using Espalier.Networks;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

/// <summary>Comparisons of runs that forgive nothing.</summary>
internal static class Bits
{
    /// <summary>Both checkpoints of two runs hold the same arrays, bit for bit, and their histories the same losses and metrics.</summary>
    public static void RequireSame(RunFolder expected, RunFolder actual)
    {
        RequireSame(Checkpoint.Load(expected.Last), Checkpoint.Load(actual.Last));
        RequireSame(Checkpoint.Load(expected.Best), Checkpoint.Load(actual.Best));
    }

    public static void RequireSame(Checkpoint expected, Checkpoint actual)
    {
        RequireSame(expected.Weights, actual.Weights);
        RequireSame(expected.Training, actual.Training);
    }

    public static void RequireSame(Weights expected, Weights actual)
    {
        Assert.Equal(expected.Names, actual.Names);
        var different = expected.Names.Where(name => !AreSame(expected[name].Values, actual[name].Values)).ToList();
        Assert.True(different.Count == 0,
            $"{different.Count} of {expected.Count} arrays differ, such as {string.Join(", ", different.Take(3))}");
    }

    /// <summary>What was learned and measured, without what a clock or the system said.</summary>
    public static IEnumerable<EpochRecord> Timeless(IEnumerable<EpochRecord> history) =>
        history.Select(record =>
            record with
            {
                TrainingSeconds = 0,
                ValidationSeconds = 0,
                PicturesPerSecond = 0,
                ResidentBytes = 0,
                LiveTensors = 0,
                LearningRates = [],
            }
        );

    public static bool AreSame(float[] first, float[] second) =>
        MemoryMarshal.AsBytes<float>(first).SequenceEqual(MemoryMarshal.AsBytes<float>(second));
}
