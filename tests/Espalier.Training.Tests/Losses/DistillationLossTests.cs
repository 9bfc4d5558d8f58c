using Espalier.Networks;
using Espalier.Training.Distribution;
using Espalier.Training.Losses;
using static TorchSharp.torch;

namespace Espalier.Tests.Losses;

public class DistillationLossTests
{
    private static readonly DetectNode Detect = TestNetworks.Graph(classes: 2).Detect;

    [Fact]
    public void A_student_that_predicts_what_its_teacher_does_has_nothing_to_change()
    {
        using var scope = NewDisposeScope();
        var teacher = Heads(1);
        Tensor[] student = [.. teacher.Select(head => head.detach().clone().requires_grad_())];
        Loss(student, teacher).backward();
        Assert.All(student, head => Assert.InRange(head.grad!.abs().max().item<float>(), 0, 1e-6));
    }

    [Fact]
    public void Boxes_and_classes_count_only_where_the_teacher_believes_in_something()
    {
        using var scope = NewDisposeScope();
        var teacher = Heads(1);
        foreach (var head in teacher) head.select(4, 4).fill_(-30);
        var believed = teacher[0][0, 1, 2, 0];
        believed[4] = 30;
        Tensor[] student = [.. Heads(2).Select(head => head.requires_grad_())];
        Loss(student, teacher).backward();
        var gradient = student[0].grad!.abs();
        Assert.True(gradient[0, 1, 2, 0, 0].item<float>() > 1e-4 && gradient[0, 1, 2, 0, 6].item<float>() > 1e-4);
        Assert.InRange(gradient[0, 0, 2, 0, 0].item<float>(), 0, 1e-9);
        Assert.True(gradient[0, 0, 2, 0, 4].item<float>() > 0);
    }

    [Fact]
    public void The_value_is_what_the_formula_says()
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = (Heads(2), Heads(1));
        var gains = new LossOptions().GainsFor(3, 2, 64);
        var expected = 0.0;
        for (var level = 0; level < 3; level++)
        {
            var (own, target) = (student[level].reshape(-1, 7), teacher[level].reshape(-1, 7).sigmoid());
            var (s, t) = (own.data<float>().ToArray(), target.data<float>().ToArray());
            var cells = s.Length / 7;
            var (objectness, box, classes, belief) = (0.0, 0.0, 0.0, 0.0);
            for (var cell = 0; cell < cells; cell++)
            {
                double At(int value) => 1 / (1 + Math.Exp(-s[cell * 7 + value]));
                double Entropy(int value) => -(t[cell * 7 + value] * Math.Log(At(value))
                    + (1 - t[cell * 7 + value]) * Math.Log(1 - At(value)));
                var confidence = t[cell * 7 + 4];
                belief += confidence;
                objectness += Entropy(4) / cells;
                for (var side = 0; side < 4; side++) box += confidence * Math.Pow(At(side) - t[cell * 7 + side], 2);
                for (var index = 5; index < 7; index++) classes += confidence * Entropy(index) / 2;
            }

            expected += objectness * gains.Objectness * new[] { 4, 1, 0.4 }[level] + box / belief * gains.Box
                + classes / belief * gains.Class;
        }

        Assert.Equal(expected * 0.5 * 2, Loss(student, teacher, weight: 0.5).item<float>(), 4);
    }

    private static Tensor Loss(Tensor[] student, Tensor[] teacher, double weight = 1) =>
        new DistillationLoss(Detect, new LossOptions(), 64, weight).Compute(student, teacher, SingleProcess.Instance, 1, 2);

    private static Tensor[] Heads(int seed)
    {
        var random = new Random(seed);
        return [.. new[] { 8, 4, 2 }.Select(side => tensor(Enumerable.Range(0, 2 * 3 * side * side * 7)
            .Select(_ => (float)(random.NextDouble() * 4 - 2)).ToArray(), [2, 3, side, side, 7], float32))];
    }
}
