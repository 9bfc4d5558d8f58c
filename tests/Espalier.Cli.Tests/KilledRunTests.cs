using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Espalier.Networks;
using Espalier.Tests;
using Espalier.Training.Runs;

namespace Espalier.Cli.Tests;

/// <summary>A training run that the system kills without warning, and that is resumed by the command.</summary>
public sealed class KilledRunTests
{
    private const int ColumnsOfClocks = 4;

    [Fact]
    public async Task Run_killed_in_the_middle_of_an_epoch_ends_bit_for_bit_as_one_that_was_not()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        GeneratedPhotos.Write(folder.Path, training: 24, validation: 4);
        using var undisturbed = Train(folder, "undisturbed");
        using var killed = Train(folder, "killed");
        var run = new RunFolder(folder.File("runs", "killed"));

        await Task.Delay(await HalfAnEpochAfter(rows: 2, killed, run, token), token);
        Assert.False(killed.HasExited);
        await killed.Kill(token);
        Assert.InRange(NextEpoch(run.Last), 2, 4);

        using var resumed = ChildCommand.Start(folder.Path, "train", "--resume", run.Path);
        await Task.WhenAll(resumed.RequireSuccess(token), undisturbed.RequireSuccess(token));
        var expected = new RunFolder(folder.File("runs", "undisturbed"));
        RequireSameArrays(expected.Last, run.Last);
        RequireSameArrays(expected.Best, run.Best);
        Assert.Equal(Metrics(expected.Results), Metrics(run.Results));
    }

    private static ChildCommand Train(TemporaryFolder folder, string name) => ChildCommand.Start(
            folder.Path,
            "train",
            "data.yaml",
            "--model",
            "yolov5n",
            "--image-size",
            "64",
            "--batch",
            "4",
            "--epochs",
            "5",
            "--threads",
            "1",
            "--device",
            "cpu",
            "--precision",
            "fp32",
            "--name",
            name
        );

    /// <summary>Waits until so many epochs stand in the table, and reads from it how long half of the next will take.</summary>
    private static async Task<TimeSpan> HalfAnEpochAfter(int rows, ChildCommand child, RunFolder run, CancellationToken token)
    {
        while (true)
        {
            Assert.False(child.HasExited);
            if (File.Exists(run.Results) && await File.ReadAllLinesAsync(run.Results, token) is var lines && lines.Length > rows)
            {
                var seconds = Array.IndexOf(lines[0].Split(','), "time/train_seconds");
                return TimeSpan.FromSeconds(double.Parse(lines[rows].Split(',')[seconds], CultureInfo.InvariantCulture) / 2);
            }

            await Task.Delay(10, token);
        }
    }

    private static int NextEpoch(string last)
    {
        using var state = JsonDocument.Parse(Checkpoint.Load(last).Properties["state"]);
        return state.RootElement.GetProperty("Epoch").GetInt32();
    }

    /// <summary>Live weights, averages, optimizer memory: everything in the file.</summary>
    private static void RequireSameArrays(string expected, string actual)
    {
        var (first, second) = (Safetensors.Read(expected).Weights, Safetensors.Read(actual).Weights);
        Assert.Equal(first.Names, second.Names);
        Assert.All(first.Names, name => Assert.True(
            MemoryMarshal.AsBytes<float>(first[name].Values).SequenceEqual(MemoryMarshal.AsBytes<float>(second[name].Values)), name));
    }

    /// <summary>The table without its columns of time and memory.</summary>
    private static IEnumerable<string> Metrics(string results) =>
        File.ReadAllLines(results).Select(line => string.Join(',', line.Split(',').SkipLast(ColumnsOfClocks)));
}
