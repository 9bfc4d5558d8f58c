using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Losses;

/// <summary>
/// YOLOv5's loss: 1 − CIoU of matched boxes, cross-entropy of the objectness of every anchor cell against the detached CIoU, and
/// cross-entropy of matched classes. Holds no tensors.
/// </summary>
internal sealed class DetectionLoss
{
    private readonly DetectNode _detect;
    private readonly LossOptions _options;
    private readonly LossGains _gains;
    private readonly float[] _classWeights;
    private readonly BinaryCrossEntropy _classEntropy, _objectEntropy;

    /// <summary>A loss for one network and one size of pictures.</summary>
    /// <param name="detect">Anchors, strides and classes.</param>
    /// <param name="options">Gains and thresholds.</param>
    /// <param name="imageSize">The training pictures' side in pixels, which scales the objectness gain.</param>
    /// <param name="classWeights">What each class's column of the class loss is multiplied with; 1 if null.</param>
    /// <exception cref="Espalier.Core.OptionException">An option is out of its range.</exception>
    public DetectionLoss(DetectNode detect, LossOptions options, int imageSize, IReadOnlyList<float>? classWeights = null)
    {
        ArgumentNullException.ThrowIfNull(detect);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (classWeights is not null && classWeights.Count != detect.Classes)
        {
            throw new ArgumentException($"{classWeights.Count} class weights for {detect.Classes} classes", nameof(classWeights));
        }

        (_detect, _options) = (detect, options);
        _gains = options.GainsFor(detect.Strides.Length, detect.Classes, imageSize);
        _classWeights = classWeights is null ? [.. Enumerable.Repeat(1f, detect.Classes)] : [.. classWeights];
        _classEntropy = new BinaryCrossEntropy(options.FocalGamma, options.ClassPositiveWeight);
        _objectEntropy = new BinaryCrossEntropy(options.FocalGamma, options.ObjectnessPositiveWeight);
    }

    /// <summary>The loss of a batch.</summary>
    /// <param name="heads">A level each: (batch, anchors, rows, columns, 5 + classes),
    /// as <c>ExecutableNetwork.ForwardHeads</c> gives them.</param>
    /// <param name="targets">The batch's targets.</param>
    public LossResult Compute(IReadOnlyList<Tensor> heads, ReadOnlySpan<BatchTarget> targets) =>
        Compute(heads, targets, SingleProcess.Instance, 1, heads.Count == 0 ? 0 : (int)heads[0].shape[0]);

    /// <summary>This process's part of the loss of a batch that several share:
    /// the parts of all processes add up to what one alone would compute.</summary>
    /// <param name="heads">Of this process's pictures.</param>
    /// <param name="targets">Of this process's pictures.</param>
    /// <param name="group">The processes.</param>
    /// <param name="share">What share of the whole batch these pictures are.</param>
    /// <param name="wholeCount">Pictures of the whole batch.</param>
    public LossResult Compute(IReadOnlyList<Tensor> heads, ReadOnlySpan<BatchTarget> targets, IProcessGroup group,
        double share, int wholeCount)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(group);
        using var scope = NewDisposeScope();
        var grids = heads.Select(head => ((int)head.shape[2], (int)head.shape[3])).ToArray();
        var levels = TargetAssignment.Assign(targets, _detect, grids, _options.AnchorThreshold);
        var rows = heads.Select(Rows).ToArray();

        using var matched = MatchedTensors.Upload(levels, Counts(levels, group), _detect, _options.LabelSmoothing,
            _classWeights, heads[0].device);
        var (box, @class, overlaps) = matched.Count > 0
            ? Matched(rows, matched) : (rows[0].new_zeros(1), rows[0].new_zeros(1), rows[0].new_zeros(0));
        var objectness = Objectness(rows, matched, overlaps).Times(_gains.Objectness * share);
        box = box.sum().Times(_gains.Box);
        @class = @class.sum().Times(_gains.Class);
        var total = box.Plus(objectness).Plus(@class).Times(wholeCount);
        return new LossResult(
            total.MoveToOuterDisposeScope(), box.detach().MoveToOuterDisposeScope(),
            objectness.detach().MoveToOuterDisposeScope(), @class.detach().MoveToOuterDisposeScope());
    }

    /// <summary>A head as rows of 5 + classes. (batch, rows, columns, anchors) is how channels-last heads lie
    /// in memory: nothing is copied.</summary>
    internal static Tensor Rows(Tensor head) => head.permute(0, 2, 3, 1, 4).reshape(-1, head.shape[4]);

    /// <summary>How many matches each level has in the whole batch.</summary>
    private static double[] Counts(LevelMatches[] levels, IProcessGroup group)
    {
        double[] counts = [.. levels.Select(level => level.Matches.Length)];
        group.Sum(counts);
        return counts;
    }

    /// <summary>Box and class loss of all levels' matches at once, and each match's detached CIoU.</summary>
    private (Tensor Box, Tensor Class, Tensor Overlaps) Matched(Tensor[] rows, MatchedTensors matched)
    {
        var predictions = cat([.. rows.Select((level, index) => level.index_select(0, matched.Cells[index]))], 0);
        var probabilities = predictions.narrow(1, 0, 4).sigmoid().Times(2);
        var boxes = cat([probabilities.narrow(1, 0, 2).Plus(-0.5), probabilities.narrow(1, 2, 2).Squared() * matched.AnchorSizes], 1);
        var overlaps = CompleteIoU.Of(boxes, matched.Boxes);
        var box = (overlaps.Complement() * matched.Weights).sum();
        // With one class there is nothing to tell apart: objectness says it all.
        var @class = _detect.Classes > 1
            ? _classEntropy.WeightedSum(predictions.narrow(1, 5, _detect.Classes), matched.Classes, matched.ClassWeights)
            : box.new_zeros(1);
        return (box, @class, overlaps.detach().AtLeast(0));
    }

    private Tensor Objectness(Tensor[] rows, MatchedTensors matched, Tensor overlaps)
    {
        var sum = rows[0].new_zeros(1).sum();
        for (var level = 0; level < rows.Length; level++)
        {
            var logits = rows[level].select(1, 4);
            var targets = zeros_like(logits);
            if (matched.Count > 0) targets.index_copy_(0, matched.StandingCells[level], overlaps.index_select(0, matched.Standing[level]));
            sum = sum.Plus(_objectEntropy.Mean(logits, targets).Times(Balance(level, rows.Length)));
        }

        return sum;
    }

    /// <summary>Fine levels have many more cells, so their mean is weighed up:
    /// 4, 1, 0.4 on three levels (yolov5), 4, 1, 0.25, 0.06, 0.02 on others.</summary>
    internal static float Balance(int level, int levels)
    {
        ReadOnlySpan<float> balance = levels == 3 ? [4, 1, 0.4f] : [4, 1, 0.25f, 0.06f, 0.02f];
        return balance[Math.Min(level, balance.Length - 1)];
    }
}
