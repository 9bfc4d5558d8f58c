using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Prediction;
using Espalier.Training.Validation;

namespace Espalier.Training.Tests.Runs;

/// <summary>Classes of data and network are the same by their names, not by their numbers.</summary>
public sealed class ClassOrderTests
{
    [Fact]
    public void Data_in_another_order_are_matched_by_name_and_judged_alike()
    {
        using var small = new SmallRun(training: 12, validation: 6);
        var best = small.Train(small.Options with { Epochs = 60 }).Folder.Best;
        var (before, names) = Judge(best, small.Data);

        Swap(small.Data);
        var (after, swapped) = Judge(best, small.Data);

        Assert.True(before > 0.001, $"mAP50 {before}");
        Assert.Equal(before, after);
        Assert.Equal(names, swapped);
    }

    [Fact]
    public void Other_classes_are_refused_by_both_names()
    {
        var data = new DetectionDataset([], ["ball", "cup", "key"], []);

        Assert.Equal(
            "'best.pt' and 'data.yaml' know other classes: class 2 is lamp in the one and key in the other.",
            Assert.Throws<EspalierException>(() => data.InOrderOf(["cup", "ball", "lamp"], "best.pt", "data.yaml")).Message);
        Assert.Equal(
            "'best.pt' and 'data.yaml' know other classes: class 1 is ball in the one and cup in the other.",
            Assert.Throws<EspalierException>(() => data.InOrderOf(["ball", "ball", "key"], "best.pt", "data.yaml")).Message);
        Assert.Equal(
            "'best.pt' knows 2 classes, but 'data.yaml' names 3.",
            Assert.Throws<EspalierException>(() => data.InOrderOf(["cup", "ball"], "best.pt", "data.yaml")).Message);
    }

    [Fact]
    public void The_match_is_said_and_numbers_in_place_of_names_say_nothing()
    {
        var data = new DetectionDataset([], ["ball", "cup", "key"], []);
        var notes = new List<string>();

        Assert.Equal(["key", "Ball", "cup"], data.InOrderOf(["key", "Ball", "cup"], "best.pt", "data.yaml", notes.Add).ClassNames);
        Assert.Equal(["Classes are matched by name: class 0 of 'data.yaml', ball, is class 1 of 'best.pt'"], notes);
        Assert.Same(data, data.InOrderOf(["0", "1", "2"], "best.pt", "data.yaml"));
        Assert.Same(data, data.InOrderOf(["ball", "cup", "KEY"], "best.pt", "data.yaml"));
    }

    [Fact]
    public void Digits_that_begin_with_one_are_digits_that_begin_with_zero()
    {
        string[] street = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
        var data = new DetectionDataset([new("a.png", 10, 10, [new(9, default), new(0, default)])], street, []);

        Assert.Equal([0, 1], data.InOrderOf([.. Enumerable.Range(0, 10).Select(digit => $"{digit}")], "best.pt", "data.yaml")
            .Entries[0].Labels.Select(label => label.Class));
    }

    [Fact]
    public void A_network_learns_on_in_its_own_order_and_a_teacher_of_another_order_teaches_the_same()
    {
        using var small = new SmallRun(training: 8);
        var options = small.Options with { Epochs = 1 };
        var teacher = small.Train(options with { Epochs = 3 }).Folder.Best;
        var taught = options with { Model = null, Weights = teacher, Teacher = teacher };
        var expected = Checkpoint.Load(small.Train(taught).Folder.Best);

        // The same network with its classes the other way round, and the data with it.
        var swapped = small.PathOf("swapped.safetensors");
        var checkpoint = Checkpoint.Load(teacher);
        (checkpoint with { ClassNames = [.. checkpoint.ClassNames.Reverse()], Weights = Reversed(checkpoint) }).Save(swapped);
        var alike = Checkpoint.Load(small.Train(taught with { Teacher = swapped }).Folder.Best);
        Swap(small.Data);
        var moved = Checkpoint.Load(small.Train(taught).Folder.Best);

        Bits.RequireSame(expected.Weights, alike.Weights);
        Bits.RequireSame(expected.Weights, moved.Weights);
        Assert.Equal(expected.ClassNames, moved.ClassNames);
    }

    [Fact]
    public void Two_networks_of_other_order_are_compared_class_by_class()
    {
        using var small = new SmallRun(training: 8);
        var first = small.Train(small.Options with { Epochs = 1 }).Folder.Best;
        var second = small.PathOf("swapped.safetensors");
        var checkpoint = Checkpoint.Load(first);
        (checkpoint with { ClassNames = [.. checkpoint.ClassNames.Reverse()], Weights = Reversed(checkpoint) }).Save(second);

        using var one = TorchNetwork.Open(first, "cpu", 1);
        using var other = TorchNetwork.Open(second, "cpu", 1);
        var (loader, _) = new ValidationRequest { Data = small.Data, Workers = 0 }.Load(one, first,
            cancellationToken: TestContext.Current.CancellationToken);
        var comparison = NetworkComparison.Run(one, other, loader, NmsOptions.ForValidation, 1,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(comparison.Differences, part => Assert.Equal(0, part.Largest));
        Assert.NotEmpty(comparison.Differences);
        Assert.Equal(comparison.First.Fitness, comparison.Second.Fitness);
    }

    private static (double Accuracy, IReadOnlyList<string> Names) Judge(string weights, string data)
    {
        using var network = TorchNetwork.Open(weights, "cpu", 1);
        var (outcome, dataset) = new ValidationRequest { Data = data, Workers = 0 }.Run(network, weights,
            cancellationToken: TestContext.Current.CancellationToken);
        return (outcome.Report.MeanAveragePrecision50, dataset.ClassNames);
    }

    /// <summary>The same labels where the two classes are listed the other way round.</summary>
    private static void Swap(string data)
    {
        File.WriteAllText(data, File.ReadAllText(data).Replace("[colour0, colour1]", "[colour1, colour0]", StringComparison.Ordinal));
        foreach (var path in Directory.GetFiles(Path.Combine(Path.GetDirectoryName(data)!, "labels"), "*.txt", SearchOption.AllDirectories))
        {
            File.WriteAllLines(path, File.ReadAllLines(path).Select(line => $"{1 - (line[0] - '0')}{line[1..]}"));
        }
    }

    /// <summary>The head's rows of the two classes exchanged.</summary>
    private static Weights Reversed(Checkpoint checkpoint)
    {
        var weights = new Weights();
        var detect = checkpoint.Graph.Detect;
        foreach (var name in checkpoint.Weights.Names)
        {
            var array = checkpoint.Weights[name];
            var values = (float[])array.Values.Clone();
            if (name.StartsWith($"{detect.Name}.m.", StringComparison.Ordinal))
            {
                var row = values.Length / (int)array.Shape[0];
                for (var anchor = 0; anchor < array.Shape[0] / 7; anchor++)
                {
                    var first = ((anchor * 7) + 5) * row;
                    for (var i = 0; i < row; i++) (values[first + i], values[first + row + i]) = (values[first + row + i],
                        values[first + i]);
                }
            }

            weights[name] = new WeightArray(array.Shape, values);
        }

        return weights;
    }
}
