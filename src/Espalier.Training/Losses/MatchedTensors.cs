using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Training.Losses;

/// <summary>The matches of a batch on the device: all levels one after another, and each level's places in its grid.</summary>
internal sealed class MatchedTensors : IDisposable
{
    /// <summary>How many matches on all levels.</summary>
    public required int Count { get; init; }

    /// <summary>A level each: rows of the head's (batch · rows · columns · anchors) that are matched, with repetitions.</summary>
    public required Tensor[] Cells { get; init; }

    /// <summary>A level each: the matched rows, each once.</summary>
    public required Tensor[] StandingCells { get; init; }

    /// <summary>A level each: for every row of <see cref="StandingCells"/> the position,
    /// among all levels' matches, of the match that stands.</summary>
    public required Tensor[] Standing { get; init; }

    /// <summary>(count, 2): the matched anchors in cells.</summary>
    public required Tensor AnchorSizes { get; init; }

    /// <summary>(count, 4): the targets, centre from the cell's corner, width, height, in cells.</summary>
    public required Tensor Boxes { get; init; }

    /// <summary>(count): one over the number of matches of the level in the whole batch,
    /// so that a sum is a sum of the levels' means.</summary>
    public required Tensor Weights { get; init; }

    /// <summary>(count, classes): smoothed one-hot targets.</summary>
    public required Tensor Classes { get; init; }

    /// <summary>(count, classes): <see cref="Weights"/> spread over the classes, times the classes' own weights.</summary>
    public required Tensor ClassWeights { get; init; }

    /// <summary>Gathers plain arrays and uploads each once.</summary>
    /// <param name="levels">The matches here.</param>
    /// <param name="wholeCounts">How many matches each level has in all processes together.</param>
    /// <param name="detect">Anchors and strides.</param>
    /// <param name="smoothing">Label smoothing.</param>
    /// <param name="classWeights">A weight a class.</param>
    /// <param name="device">Where to.</param>
    public static MatchedTensors Upload(LevelMatches[] levels, double[] wholeCounts, DetectNode detect, float smoothing,
        float[] classWeights, Device device)
    {
        var (count, classes) = (levels.Sum(level => level.Matches.Length), detect.Classes);
        var (anchors, boxes, weights) = (new float[count * 2], new float[count * 4], new float[count]);
        var (oneHot, spread) = (new float[count * classes], new float[count * classes]);
        Array.Fill(oneHot, smoothing / 2);
        var position = 0;
        for (var level = 0; level < levels.Length; level++)
        {
            var weight = (float)(1 / wholeCounts[level]);
            foreach (var match in levels[level].Matches)
            {
                anchors[position * 2] = detect.Anchors[level][match.Anchor * 2] / detect.Strides[level];
                anchors[position * 2 + 1] = detect.Anchors[level][match.Anchor * 2 + 1] / detect.Strides[level];
                (boxes[position * 4], boxes[position * 4 + 1]) = (match.X, match.Y);
                (boxes[position * 4 + 2], boxes[position * 4 + 3]) = (match.Width, match.Height);
                if ((uint)match.Class >= classes) throw new ArgumentException($"class {match.Class} of {classes} classes", nameof(levels));
                oneHot[position * classes + match.Class] = 1 - smoothing / 2;
                for (var c = 0; c < classes; c++) spread[position * classes + c] = weight / classes * classWeights[c];
                weights[position++] = weight;
            }
        }

        var (cells, standingCells, standing) = Places(levels, device);
        return new MatchedTensors
        {
            Count = count,
            Cells = cells,
            StandingCells = standingCells,
            Standing = standing,
            AnchorSizes = tensor(anchors, [count, 2], float32, device),
            Boxes = tensor(boxes, [count, 4], float32, device),
            Weights = tensor(weights, float32, device),
            Classes = tensor(oneHot, [count, classes], float32, device),
            ClassWeights = tensor(spread, [count, classes], float32, device),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. Cells, .. StandingCells, .. Standing, AnchorSizes, Boxes, Weights, Classes, ClassWeights])
            tensor.Dispose();
    }

    private static (Tensor[] Cells, Tensor[] StandingCells, Tensor[] Standing) Places(LevelMatches[] levels, Device device)
    {
        var (cells, standingCells, standing) = (new Tensor[levels.Length], new Tensor[levels.Length], new Tensor[levels.Length]);
        var offset = 0;
        for (var index = 0; index < levels.Length; index++)
        {
            var level = levels[index];
            var last = level.LastOfEachCell();
            cells[index] = tensor(level.Matches.Select(level.CellOf).ToArray(), int64, device);
            standingCells[index] = tensor(last.Select(match => level.CellOf(level.Matches[match])).ToArray(), int64, device);
            standing[index] = tensor(last.Select(match => (long)(offset + match)).ToArray(), int64, device);
            offset += level.Matches.Length;
        }

        return (cells, standingCells, standing);
    }
}
