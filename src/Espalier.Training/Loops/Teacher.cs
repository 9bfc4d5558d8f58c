using Espalier.Core;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Validation;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>A trained network that shows another what it sees.</summary>
internal sealed class Teacher : IDisposable
{
    private readonly ExecutableNetwork _network;
    private readonly Tensor? _columns;

    private Teacher(ExecutableNetwork network, Tensor? columns) => (_network, _columns) = (network, columns);

    /// <summary>Opens a teacher for a student.</summary>
    /// <param name="path">A checkpoint, a safetensors file or a <c>.pt</c>.</param>
    /// <param name="student">The network that learns from it.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="EspalierException">The file cannot be used, or it knows other classes, or its predictions do not lie where the student's do.</exception>
    public static Teacher Open(string path, Checkpoint student, Device device)
    {
        var checkpoint = Checkpoint.Open(path);
        var (own, other) = (checkpoint.Graph.Detect, student.Graph.Detect);
        if (own.Classes != other.Classes) throw new EspalierException($"The teacher '{path}' knows {own.Classes} classes, the network that is trained {other.Classes}.");
        if (!own.Strides.SequenceEqual(other.Strides) || !own.Anchors.Zip(other.Anchors).All(level => level.First.SequenceEqual(level.Second)))
        {
            throw new EspalierException($"The teacher '{path}' has other anchors or strides than the network that is trained: a pruned network keeps its anchors with --no-autoanchor.");
        }

        var places = ClassOrder.Places(student.ClassNames, checkpoint.ClassNames, "the data", path);
        var columns = places is null ? null : tensor((long[])[0, 1, 2, 3, 4, .. places.Select(place => 5L + place)], device: device);
        return new Teacher(FoldedNetwork.Create(checkpoint, device), columns);
    }

    /// <summary>Its raw heads, classes in the student's order.</summary>
    /// <param name="images">A batch, as the student sees it.</param>
    public Tensor[] Heads(Tensor images)
    {
        using var guard = no_grad();
        var heads = _network.ForwardHeads(images);
        return _columns is null ? heads : [.. heads.Select(head => head.index_select(-1, _columns))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _columns?.Dispose();
        _network.Dispose();
    }
}
