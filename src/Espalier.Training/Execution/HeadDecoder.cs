using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Execution;

/// <summary>From raw heads to boxes in pixels: xy = (2σ − ½ + cell) · stride, wh = (2σ)² · anchor, the rest σ.</summary>
internal static class HeadDecoder
{
    /// <summary>(batch, anchors · (5 + classes), rows, columns) → (batch, anchors, rows, columns, 5 + classes), without copying.</summary>
    public static Tensor Split(DetectNode detect, Tensor output, int level) => output
        .view(output.shape[0], detect.Anchors[level].Length / 2, 5 + detect.Classes, output.shape[2], output.shape[3])
            .permute(0, 1, 3, 4, 2);

    /// <summary>Decodes all levels.</summary>
    /// <param name="detect">Anchors and strides.</param>
    /// <param name="heads">A level each: (batch, anchors, rows, columns, 5 + classes).</param>
    /// <returns>(batch, predictions, 5 + classes): centre x, y, width, height in pixels, objectness, class probabilities.</returns>
    public static Tensor Decode(DetectNode detect, IReadOnlyList<Tensor> heads) =>
        cat([.. heads.Select((head, level) => DecodeLevel(head, detect.Anchors[level].AsSpan().ToArray(), detect.Strides[level]))], 1);

    private static Tensor DecodeLevel(Tensor head, float[] anchors, int stride)
    {
        var (rows, columns) = (head.shape[2], head.shape[3]);
        var device = head.device;
        var probabilities = head.sigmoid();
        var cells = stack(
            [
                Counting(columns, device).view(1, columns).expand(rows, columns),
                Counting(rows, device).view(rows, 1).expand(rows, columns),
            ],
            2).view(1, 1, rows, columns, 2);
        var sizes = tensor(anchors, [1, anchors.Length / 2, 1, 1, 2], float32, device);
        var centers = probabilities.narrow(4, 0, 2).Times(2).Accumulate(cells.Add(-0.5)).Multiply(stride);
        var extents = probabilities.narrow(4, 2, 2).Times(2).Squared().mul_(sizes);
        return cat([centers, extents, probabilities.narrow(4, 4, head.shape[4] - 4)], 4).reshape(head.shape[0], -1, head.shape[4]);
    }

    /// <summary>0, 1, 2, …</summary>
    private static Tensor Counting(long count, Device device) =>
        tensor(Enumerable.Range(0, (int)count).Select(number => (float)number).ToArray(), [count], float32, device);
}
