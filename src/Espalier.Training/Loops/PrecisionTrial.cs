using System.Diagnostics;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Loops;

/// <summary>Passes to compare precisions by.</summary>
internal interface IPrecisionTrial : IDisposable
{
    /// <summary>One pass forward and backward.</summary>
    /// <param name="precision">In what it is computed.</param>
    /// <param name="patience">Milliseconds after which it is given up.</param>
    /// <returns>Milliseconds; infinite where it was given up.</returns>
    double Pass(Precision precision, double patience);
}

/// <summary>
/// A network's own passes, over few and small pictures: what is compared is how soon numbers are multiplied, which a small batch tells as
/// well as a large one, much sooner.
/// </summary>
internal sealed class PrecisionTrial : IPrecisionTrial
{
    private const int MostPixels = 160; // a side

    // Forward, for the whole batch: yolov5n has room for eight pictures, yolov5s for four. With one the casts of weights would decide. The
    // first pass in bf16 takes a second or more however small it is, for oneDNN compiles a kernel for each shape.
    private const long MostMultiplyAdds = 2_200_000_000;
    private const int MostPictures = 8;

    private readonly ExecutableNetwork _network;
    private readonly Tensor _images;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Passes over a copy of a network.</summary>
    /// <param name="network">On the CPU; not changed.</param>
    /// <param name="batch">Pictures a batch in training: never more than these.</param>
    /// <param name="side">Their side in pixels: never larger.</param>
    /// <param name="cancellationToken">Ends a pass between two layers.</param>
    public PrecisionTrial(ExecutableNetwork network, int batch, int side, CancellationToken cancellationToken = default)
    {
        _cancellationToken = cancellationToken;
        (Pictures, Side) = Size(network.Graph, batch, side);
        _network = network.Copy();
        _network.Mode = ExecutionMode.Training;
        _images = zeros(Pictures, 3, Side, Side).DetachFromDisposeScope();
    }

    /// <summary>Pictures a pass.</summary>
    public int Pictures { get; }

    /// <summary>Their side in pixels.</summary>
    public int Side { get; }

    public double Pass(Precision precision, double patience)
    {
        using var scope = NewDisposeScope();
        using var tape = new NetworkTape(_network, precision);
        var clock = Stopwatch.StartNew();
        var heads = tape.Record(_images);
        using (enable_grad()) heads.Select(head => head.sum()).Aggregate((sum, next) => sum.Plus(next)).backward();
        try
        {
            // Two thirds of a pass are its way back, which asks at every layer whether there is time left.
            tape.PlayBack(_ => ThrowIfOver(clock, patience));
            return clock.Elapsed.TotalMilliseconds;
        }
        catch (TimeoutException)
        {
            return double.PositiveInfinity;
        }
    }

    public void Dispose()
    {
        _images.Dispose();
        _network.Dispose();
    }

    private void ThrowIfOver(Stopwatch clock, double patience)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (clock.Elapsed.TotalMilliseconds > patience) throw new TimeoutException();
    }

    private static (int Pictures, int Side) Size(Graph graph, int batch, int side)
    {
        var stride = graph.Stride;
        side = Math.Min(side, Math.Max(MostPixels / stride, 1) * stride);
        var room = MostMultiplyAdds / Math.Max(graph.Summarize(side).MultiplyAdds, 1);
        return ((int)Math.Clamp(room, 1, Math.Min(batch, MostPictures)), side);
    }
}
