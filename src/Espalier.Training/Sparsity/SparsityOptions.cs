using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Training.Optimization;

namespace Espalier.Training.Sparsity;

/// <summary>How the penalty acts.</summary>
public enum SparsityStep
{
    /// <summary>
    /// λ · sign(γ), for kernels λ · sign(w) or λ · w / ‖w_c‖, is added to the gradient, once an optimizer step, after clipping (Network
    /// Slimming, Liu et al. 2017).
    /// </summary>
    SubGradient,

    /// <summary>After the optimizer's step |γ|, |w| or ‖w_c‖ shrinks by learning rate · λ and stops at 0:
    /// exact zeros (soft threshold).</summary>
    Proximal,
}

/// <summary>How the rate changes over a run of E epochs.</summary>
public enum SparsitySchedule
{
    /// <summary>λ throughout.</summary>
    Constant,

    /// <summary>λ · (1 − 0.9 e / E): strong first, so that the last epochs can repair.</summary>
    Decaying,

    /// <summary>λ · (e + 1) / E: gentle first, so that the network learns before it thins out.</summary>
    Ramped,
}

/// <summary>
/// Sparse training: an L1 penalty on the scales γ of batch norms, so that unneeded channels fade while the rest is learned; or on the
/// weights of kernels, one by one or an output channel at a time.
/// </summary>
public sealed record SparsityOptions
{
    /// <summary>λ, the penalty's weight; unused where <see cref="NearZeroShare"/> steers it.</summary>
    /// <value>Above 0 and up to 1; 1e-4 to 1e-3 in the literature's long runs, 1e-2 in short ones.</value>
    public double Rate { get; init; }

    /// <summary>The share of all scales that learn which shall be near zero by the end: λ is then steered towards it, epoch by epoch.
    /// </summary>
    /// <value>Default null: λ is <see cref="Rate"/>. Otherwise 0.05…0.95.</value>
    [Option("--sparsity-target", "With --sparsity auto: the share of scales that shall be near zero by the end; half where it is "
        + "not said", 0.05, 0.95,
        Needs = ["--sparsity", "--sparsity auto"], Called = "The share of scales that shall be near zero", Section = "Sparsity")]
    public double? NearZeroShare { get; init; }

    /// <summary>How it acts.</summary>
    /// <value>Default <see cref="SparsityStep.SubGradient"/>.</value>
    [Option("--sparsity-step", "How the penalty acts: through the gradient, or as a soft threshold that gives exact zeros",
        Needs = ["--sparsity"], Section = "Sparsity")]
    public SparsityStep Step { get; init; }

    /// <summary>How it changes.</summary>
    /// <value>Default <see cref="SparsitySchedule.Constant"/>.</value>
    [Option("--sparsity-schedule", "How the penalty changes over the epochs",
        Needs = ["--sparsity"], Excludes = "--sparsity auto", Because = ", which changes the weight itself", Section = "Sparsity")]
    public SparsitySchedule Schedule { get; init; }

    /// <summary>How it is spread over the scales; unused where it falls on kernels.</summary>
    /// <value>Default <see cref="PenaltySpread.Even"/>.</value>
    [Option("--sparsity-spread", "How the penalty on scales is spread: evenly, or more on channels whose going saves more operations",
        Needs = ["--sparsity"], Excludes = "--sparsity-on kernels", Section = "Sparsity")]
    public PenaltySpread Spread { get; init; }

    /// <summary>What it falls on.</summary>
    /// <value>Default <see cref="SparsePart.BatchNormScales"/>, the only part that <see cref="NearZeroShare"/> steers.</value>
    [Option("--sparsity-on", "What the penalty falls on", Needs = ["--sparsity"], Section = "Sparsity")]
    public SparsePart On { get; init; }

    /// <summary>How kernels are counted; unused where the penalty falls on scales.</summary>
    /// <value>Default <see cref="KernelPenaltyKind.L1"/>.</value>
    [Option("--sparsity-kernels", "With --sparsity-on kernels: each weight by itself, or each output channel's kernel as a group",
        Needs = ["--sparsity", "--sparsity-on kernels"], Section = "Sparsity")]
    public KernelPenaltyKind KernelPenalty { get; init; }

    /// <summary>The parameters of a network that can come to be zero by it, by their names in its state.</summary>
    /// <param name="graph">The network.</param>
    internal IEnumerable<string> Penalized(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var kind = On == SparsePart.Kernels ? StateKind.ConvolutionWeight : StateKind.BatchNormWeight;
        return graph.State().Where(item => item.Kind == kind).Select(item => item.Name);
    }

    /// <summary>λ in an epoch.</summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="epochs">Of the whole run.</param>
    internal double RateAt(int epoch, int epochs) => Schedule switch
    {
        SparsitySchedule.Decaying => Rate * (1 - (0.9 * epoch / epochs)),
        SparsitySchedule.Ramped => Rate * (epoch + 1) / epochs,
        _ => Rate,
    };

    /// <summary>
    /// How far a scale, a weight or a kernel's norm can fall over a run if nothing holds against it: Σ λ · learning rate over all steps,
    /// and with the sub-gradient, which passes through the momentum, that divided by 1 − momentum. With a spread by operations that is the
    /// mean over the scales. Scales start at 1, weights and norms at what the network starts with; where the reach is well below that,
    /// nothing gets near zero by itself.
    /// </summary>
    /// <param name="schedule">The learning rates.</param>
    /// <param name="momentum">Of the optimizer after warm-up.</param>
    /// <param name="epochs">Of the whole run.</param>
    /// <param name="iterations">Batches an epoch.</param>
    /// <param name="accumulation">Batches a step.</param>
    internal double Reach(LearningRateSchedule schedule, double momentum, int epochs, int iterations, int accumulation)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var sum = 0.0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            for (var iteration = 0; iteration < iterations; iteration += accumulation)
                sum += RateAt(epoch, epochs) * schedule.At(epoch, ((long)epoch * iterations) + iteration)
                    .For(On == SparsePart.Kernels ? Execution.ParameterKind.ConvolutionWeight : Execution.ParameterKind.BatchNormScale);
        }

        return Step == SparsityStep.SubGradient ? sum / (1 - momentum) : sum;
    }

    /// <summary>Throws where a value is outside its range or does not go with the optimizer.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    internal void Validate(OptimizerKind optimizer)
    {
        if (NearZeroShare is { } share && !(share >= 0.05 && share <= 0.95))
            throw new OptionException(FormattableString.Invariant(
                $"The share of scales that shall be near zero must be in 0.05…0.95, but is {share}."));
        if (NearZeroShare is not null && On != SparsePart.BatchNormScales)
            throw new OptionException("Only the sparsity of batch-norm scales can be steered; a penalty on kernels needs a rate.");
        if (Spread != PenaltySpread.Even && On != SparsePart.BatchNormScales)
            throw new OptionException("Only a penalty on batch-norm scales can be spread by operations, not one on kernels.");
        if (NearZeroShare is null && !(Rate > 0 && Rate <= 1))
            throw new OptionException(FormattableString.Invariant($"The sparsity rate must be above 0 and up to 1, but is {Rate}."));
        if (Step == SparsityStep.SubGradient && optimizer != OptimizerKind.SGD)
            throw new OptionException("Adam divides the sub-gradient of the sparsity penalty away; use the proximal step, or SGD.");
    }
}
