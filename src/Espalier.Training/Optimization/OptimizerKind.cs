namespace Espalier.Training.Optimization;

/// <summary>The rules by which gradients change parameters.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
    SGD,

    /// <summary>Adam (Kingma and Ba 2015), weight decay added to the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,
}
