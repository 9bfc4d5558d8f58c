using System.Diagnostics;
using System.Globalization;
using Espalier.Networks;

namespace Espalier.CheckpointKills;

/// <summary>The child: saves one checkpoint over and over until it is killed. Each save carries its number twice, so that a mixture would
/// show.</summary>
internal static class CheckpointWriter
{
    private const string NumberName = "number";

    /// <summary>Where a lane's checkpoint lies.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "last.safetensors");

    /// <summary>Saves number 0, which children go on from.</summary>
    public static void WriteFirst(string folder, Checkpoint checkpoint) => Numbered(checkpoint, 0).Save(PathIn(folder));

    /// <summary>Goes on from the number that is there; after its first save it says how many milliseconds that took.</summary>
    public static void WriteForever(string folder, TextWriter output)
    {
        var checkpoint = Checkpoint.Load(PathIn(folder));
        var number = NumberOf(checkpoint);
        var clock = Stopwatch.StartNew();
        Numbered(checkpoint, ++number).Save(PathIn(folder));
        output.WriteLine(clock.ElapsedMilliseconds.ToString(CultureInfo.InvariantCulture));
        while (true) Numbered(checkpoint, ++number).Save(PathIn(folder));
    }

    /// <summary>The number of a save.</summary>
    /// <exception cref="WeightsException">Its two places differ.</exception>
    public static int NumberOf(Checkpoint checkpoint)
    {
        var number = int.Parse(checkpoint.Properties[NumberName], CultureInfo.InvariantCulture);
        return checkpoint.Training[NumberName].Values[0] == number
            ? number
            : throw new WeightsException($"the checkpoint mixes saves {number} and {checkpoint.Training[NumberName].Values[0]}");
    }

    private static Checkpoint Numbered(Checkpoint checkpoint, int number) => checkpoint with
    {
        Properties = checkpoint.Properties.SetItem(NumberName, number.ToString(CultureInfo.InvariantCulture)),
        Training = new Weights { [NumberName] = new WeightArray([], [number]) },
    };
}
