using System.Collections.Immutable;
using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Training.Tests.Runs;

public sealed class TeacherTests
{
    [Fact]
    public void A_run_with_a_teacher_goes_another_way_and_resumes_bit_for_bit()
    {
        using var small = new SmallRun();
        var teacher = small.Train(small.Options with { Epochs = 1, Seed = 5 }).Folder.Best;
        var options = small.Options with { Teacher = teacher, TeacherWeight = 2 };
        var plain = small.Train(small.Options);
        var whole = small.Train(options);
        Assert.NotEqual(plain.History[^1].TrainingLoss, whole.History[^1].TrainingLoss);

        using var stop = new CancellationTokenSource();
        var listener = new RecordingListener(trained => { if (trained.Epoch == 1) stop.Cancel(); });
        var stopped = small.Start(options, listener).Run(stop.Token);
        Bits.RequireSame(whole.Folder, SmallRun.Resume(stopped.Folder).Folder);
    }

    [Fact]
    public void A_run_does_not_go_on_with_another_teacher_in_the_place_of_its_own()
    {
        using var small = new SmallRun();
        var teacher = small.PathOf("teacher.safetensors");
        File.Copy(small.Train(small.Options with { Epochs = 1, Seed = 5 }).Folder.Best, teacher);
        using var stop = new CancellationTokenSource();
        var listener = new RecordingListener(trained => { if (trained.Epoch == 1) stop.Cancel(); });
        var stopped = small.Start(small.Options with { Teacher = teacher }, listener).Run(stop.Token);

        File.Copy(small.Train(small.Options with { Epochs = 1, Seed = 6 }).Folder.Best, teacher, overwrite: true);

        Assert.Contains($"has learned from another '{teacher}' than is there now",
            Assert.Throws<EspalierException>(() => SmallRun.Resume(stopped.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_teacher_of_other_classes_or_anchors_is_refused_before_a_folder_is_made()
    {
        using var small = new SmallRun();
        using var other = new SmallRun(classes: 3);
        var stranger = other.Train(other.Options with { Epochs = 1 }).Folder.Best;
        var message = Assert.Throws<EspalierException>(() => small.Train(small.Options with { Teacher = stranger })).Message;
        Assert.EndsWith("knows 3 classes, the network that is trained 2.", message, StringComparison.Ordinal);

        var own = Checkpoint.Load(small.Train(small.Options with { Epochs = 1 }).Folder.Best);
        var moved = small.PathOf("moved.safetensors");
        var graph = own.Graph.WithAnchors([.. own.Graph.Detect.Anchors.Select(level => level.Select(side => side + 1).ToImmutableArray())]);
        (own with { Graph = graph }).Save(moved);
        message = Assert.Throws<EspalierException>(() => small.Train(small.Options with { Teacher = moved })).Message;
        Assert.Contains("has other anchors or strides", message, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(small.Project));
    }

    [Fact]
    public void A_student_of_fewer_levels_learns_from_those_that_it_has()
    {
        using var small = new SmallRun();
        var teacher = small.Train(small.Options with { Epochs = 1, Seed = 5 }).Folder.Best;
        var whole = Checkpoint.Load(teacher);
        var (graph, weights) = DetectionLevels.Without(new Network(whole.Graph, whole.Weights), ["P3"]);
        (whole with { Graph = graph, Weights = weights, Training = new Weights() }).Save(small.PathOf("student.safetensors"));
        var options = small.Options with { Model = null, Weights = small.PathOf("student.safetensors"), AutoAnchor = false, Epochs = 1 };

        var (plain, taught) = (small.Train(options), small.Train(options with { Teacher = teacher }));

        Assert.Equal([16, 32], Checkpoint.Load(taught.Folder.Best).Graph.Detect.Strides);
        Assert.NotEqual(plain.History[^1].TrainingLoss, taught.History[^1].TrainingLoss);
        Assert.Contains("has other anchors or strides", Assert.Throws<EspalierException>(
            () => small.Train(small.Options with { Teacher = options.Weights })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_teacher_of_a_coarser_map_than_its_student_is_refused_where_pictures_may_not_suit_it()
    {
        using var small = new SmallRun();
        var teacher = small.Train(small.Options with { Epochs = 1 }).Folder.Best;
        var whole = Checkpoint.Load(teacher);
        var (graph, weights) = DetectionLevels.Without(new Network(whole.Graph, whole.Weights), ["P5"]);
        (whole with { Graph = graph, Weights = weights, Training = new Weights() }).Save(small.PathOf("student.safetensors"));
        var options = small.Options with
        {
            Model = null,
            Weights = small.PathOf("student.safetensors"),
            Teacher = teacher,
            AutoAnchor = false,
            Epochs = 1,
        };

        foreach (var wrong in new[] { options with { ImageSize = 48 }, options with { MultiScale = true } })
        {
            Assert.Contains("are multiples of 32; those here are multiples of 16",
                Assert.Throws<OptionException>(() => small.Train(wrong)).Message, StringComparison.Ordinal);
        }

        Assert.Single(Directory.GetDirectories(small.Project));
        Assert.Single(small.Train(options).History);
    }
}
