using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Losses;

/// <summary>
/// How far a network's predictions are from a teacher's, cell by cell: objectness everywhere, boxes and classes as far as the teacher
/// believes that there is something (objectness-scaled distillation, Mehta and Ozturk 2018). It comes on top of the loss against labels,
/// with the same gains.
/// </summary>
internal sealed class DistillationLoss
{
    private readonly DetectNode _detect;
    private readonly LossGains _gains;
    private readonly double _weight;
    private readonly BinaryCrossEntropy _crossEntropy = new(0);

    /// <summary>A loss for one network and one size of pictures.</summary>
    /// <param name="detect">The student's head, which is the teacher's.</param>
    /// <param name="options">Gains.</param>
    /// <param name="imageSize">The training pictures' side in pixels.</param>
    /// <param name="weight">What the whole is multiplied with.</param>
    public DistillationLoss(DetectNode detect, LossOptions options, int imageSize, double weight)
    {
        (_detect, _weight) = (detect, weight);
        _gains = options.GainsFor(detect.Strides.Length, detect.Classes, imageSize);
    }

    /// <summary>This process's part of the loss; the parts of all processes add up to what one alone would compute.</summary>
    /// <param name="student">Raw heads, a level each: (batch, anchors, rows, columns, 5 + classes).</param>
    /// <param name="teacher">The teacher's, of the same pictures; no gradient reaches them.</param>
    /// <param name="group">The processes.</param>
    /// <param name="share">What share of the whole batch these pictures are.</param>
    /// <param name="wholeCount">Pictures of the whole batch.</param>
    public Tensor Compute(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> teacher, IProcessGroup group, double share, int wholeCount)
    {
        using var scope = NewDisposeScope();
        Tensor[] targets = [.. teacher.Select(head => DetectionLoss.Rows(head.detach()).sigmoid())];
        double[] belief = [.. targets.Select(target => (double)target.select(1, 4).sum().item<float>())];
        group.Sum(belief);
        var total = student[0].new_zeros(1).sum();
        for (var level = 0; level < targets.Length; level++)
        {
            var (rows, target) = (DetectionLoss.Rows(student[level]), targets[level]);
            total = total.Plus(_crossEntropy.Mean(rows.select(1, 4), target.select(1, 4))
                .Times(_gains.Objectness * DetectionLoss.Balance(level, targets.Length) * share));
            if (belief[level] < 1e-6) continue;
            var confidence = target.narrow(1, 4, 1);
            var apart = rows.narrow(1, 0, 4).sigmoid() - target.narrow(1, 0, 4);
            total = total.Plus((apart.Squared() * confidence).sum().Times(_gains.Box / belief[level]));
            if (_detect.Classes == 1) continue;
            var weights = confidence.expand(-1, _detect.Classes).contiguous();
            total = total.Plus(_crossEntropy.WeightedSum(rows.narrow(1, 5, _detect.Classes), target.narrow(1, 5, _detect.Classes)
                .contiguous(), weights).Times(_gains.Class / (_detect.Classes * belief[level])));
        }

        return total.Times(_weight * wholeCount).MoveToOuterDisposeScope();
    }
}
