using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Training.Runs;
using Espalier.Training.Validation;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>A trained network that shows another what it sees, and how far the other is from it.</summary>
internal sealed class Teacher : IDisposable
{
    private readonly ExecutableNetwork _network;
    private readonly Tensor? _columns;
    private readonly int[] _levels;
    private readonly DistillationLoss _distance;

    private Teacher(ExecutableNetwork network, Tensor? columns, int[] levels, DistillationLoss distance) =>
        (_network, _columns, _levels, _distance) = (network, columns, levels, distance);

    /// <summary>Opens a teacher for a student.</summary>
    /// <param name="path">A checkpoint, a safetensors file or a <c>.pt</c>.</param>
    /// <param name="options">The student's: gains, picture size and the teacher's weight.</param>
    /// <param name="student">The network that learns from it.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="EspalierException">
    /// The file cannot be used, or it knows other classes, or its predictions do not lie where the student's do.
    /// </exception>
    /// <exception cref="OptionException">Pictures may come in sizes that it cannot look at.</exception>
    public static Teacher Open(string path, TrainingOptions options, Checkpoint student, Device device)
    {
        var checkpoint = Checkpoint.Open(path);
        var (own, other) = (checkpoint.Graph.Detect, student.Graph.Detect);
        if (own.Classes != other.Classes)
            throw new EspalierException($"The teacher '{path}' knows {own.Classes} classes, the network that is trained {other.Classes}.");
        // A student may have fewer levels.
        int[] levels = [.. other.Strides.Select(stride => own.Strides.IndexOf(stride))];
        if (levels.Index().Any(level => level.Item < 0 || !own.Anchors[level.Item].SequenceEqual(other.Anchors[level.Index])))
        {
            throw new EspalierException(
                $"The teacher '{path}' has other anchors or strides than the network that is trained: "
                + "a pruned network keeps its anchors with --no-autoanchor.");
        }

        // A student of fewer levels may have lost the coarsest map.
        if (options.ImageSize % checkpoint.Stride != 0 || (options.MultiScale && student.Stride % checkpoint.Stride != 0))
        {
            throw new OptionException(FormattableString.Invariant(
                $"The teacher '{path}' looks at pictures whose sides are multiples of {checkpoint.Stride}; those here are multiples of ")
                + FormattableString.Invariant($"{student.Stride}: choose an --image-size that suits both, without --multi-scale."));
        }

        var places = ClassOrder.Places(student.ClassNames, checkpoint.ClassNames, "the data", path);
        var columns = places is null ? null : tensor((long[])[0, 1, 2, 3, 4, .. places.Select(place => 5L + place)], device: device);
        var distance = new DistillationLoss(other, options.HyperParameters.Loss, options.ImageSize, options.TeacherWeight);
        return new Teacher(FoldedNetwork.Create(checkpoint, device), columns, levels, distance);
    }

    /// <summary>This process's part of a batch's loss with that against the teacher on top.</summary>
    /// <param name="loss">The loss against the labels.</param>
    /// <param name="images">The pictures, as the student sees them.</param>
    /// <param name="heads">What the student makes of them.</param>
    /// <param name="batch">What share of the whole batch they are.</param>
    /// <param name="group">The processes.</param>
    public LossResult AddTo(LossResult loss, Tensor images, IReadOnlyList<Tensor> heads, Batch batch, IProcessGroup group) =>
        loss with { Total = loss.Total.Plus(_distance.Compute(heads, Heads(images), group, batch.Share, batch.WholeCount)) };

    /// <summary>Its raw heads of the student's levels, classes in the student's order.</summary>
    private Tensor[] Heads(Tensor images)
    {
        using var guard = no_grad();
        var all = _network.ForwardHeads(images);
        var heads = Array.ConvertAll(_levels, level => all[level]);
        return _columns is null ? heads : [.. heads.Select(head => head.index_select(-1, _columns))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _columns?.Dispose();
        _network.Dispose();
    }
}
