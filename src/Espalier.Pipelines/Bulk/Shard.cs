using System.Globalization;
using Espalier.Core;

namespace Espalier.Pipelines.Bulk;

/// <summary>One of several processes that share a piece of work without speaking to each other.</summary>
/// <param name="Index">Which one, from 0 on.</param>
/// <param name="Count">How many there are.</param>
public sealed record Shard(int Index, int Count)
{
    /// <summary>What launchers tell the processes that they start: number and count. Slurm's are those of <c>srun</c>: a batch script
    /// itself has a number too, but no <c>SLURM_STEP_NUM_TASKS</c>.</summary>
    private static readonly (string Index, string Count)[] Launchers =
    [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
        ("PMI_RANK", "PMI_SIZE"),
        ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
    ];

    /// <summary>All of the work.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>The part that the program which started this process gives it: Open MPI's <c>mpirun</c>, MPICH's and Intel's, Slurm's
    /// <c>srun</c>; <see cref="Whole"/> where none did.</summary>
    public static Shard OfLauncher() => OfLauncher(Environment.GetEnvironmentVariable);

    /// <summary>A part as it is written: <c>1/8</c> is the first of eight.</summary>
    /// <exception cref="OptionException">It is none.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (number, count) = text.Split('/') is [var first, var second] ? (Number(first), Number(second)) : (null, null);
        return number is >= 1 && number <= count
            ? new Shard(number.Value - 1, count.Value)
            : throw new OptionException($"A shard is its number and their count, from 1/1 on, such as 2/8, not '{text}'.");
    }

    internal static Shard OfLauncher(Func<string, string?> variable)
    {
        foreach (var launcher in Launchers)
        {
            if (Number(variable(launcher.Index)) is { } index && Number(variable(launcher.Count)) is { } count && index < count)
                return new Shard(index, count);
        }

        return Whole;
    }

    /// <summary>Such as <c>1/8</c>.</summary>
    public override string ToString() => Invariant($"{Index + 1}/{Count}");

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
