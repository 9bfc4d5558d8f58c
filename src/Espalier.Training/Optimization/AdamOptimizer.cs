using System.Collections.Immutable;
using Espalier.Networks;
using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Optimization;

/// <summary>Adam, with weight decay in the gradient (Adam) or beside it (AdamW).</summary>
internal sealed class AdamOptimizer : Optimizer
{
    private const string StepsName = "steps";
    private const double SecondMomentDecay = 0.999;
    private const double Epsilon = 1e-8;

    private readonly double _firstMomentDecay;
    private readonly bool _isDecoupled;
    private readonly ImmutableArray<FlatTensor> _firstMoments;
    private readonly ImmutableArray<FlatTensor> _secondMoments;
    private int _steps;

    public AdamOptimizer(ExecutableNetwork network, double weightDecay, double firstMomentDecay, bool isDecoupled)
        : base(network, weightDecay)
    {
        (_firstMomentDecay, _isDecoupled) = (firstMomentDecay, isDecoupled);
        (_firstMoments, _secondMoments) = (ZerosPerGroup(), ZerosPerGroup());
    }

    private protected override void BeginStep() => _steps++;

    private protected override void Step(int group, Tensor values, Tensor gradients, double learningRate,
        double momentum, double weightDecay)
    {
        var (first, second) = (_firstMoments[group].Values, _secondMoments[group].Values);
        if (weightDecay != 0 && _isDecoupled) values.Multiply(1 - learningRate * weightDecay);
        else if (weightDecay != 0) gradients.Add(values, weightDecay);
        first.Multiply(_firstMomentDecay).Add(gradients, 1 - _firstMomentDecay);
        second.Multiply(SecondMomentDecay).AddProduct(gradients, gradients, 1 - SecondMomentDecay);
        var denominator = second.sqrt().Divide(Math.Sqrt(1 - Math.Pow(SecondMomentDecay, _steps))).Add(Epsilon);
        values.AddQuotient(first, denominator, -learningRate / (1 - Math.Pow(_firstMomentDecay, _steps)));
    }

    private protected override IEnumerable<(string Prefix, FlatTensor Flat)> State() =>
        _firstMoments.Select(flat => ("first_moment/", flat)).Concat(_secondMoments.Select(flat => ("second_moment/", flat)));

    private protected override void ExportCounters(Weights state) => state[StepsName] = new WeightArray([], [_steps]);

    private protected override void ImportCounters(Weights state) => _steps = (int)StateCheck.Require(state, StepsName, []).Values[0];
}
