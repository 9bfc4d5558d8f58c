using static TorchSharp.torch;

namespace Espalier.Training.Execution.Tapes;

/// <summary>A node that libtorch differentiates: its inputs as leaves of a graph of this one operation.</summary>
internal sealed class AutogradRecord : IRecord
{
    private readonly int[] _inputs;
    private readonly Tensor[] _leaves;
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _parameterGradients;
    private readonly Tensor _output;

    private AutogradRecord(int[] inputs, Tensor[] leaves, Tensor[] parameters, Tensor[] parameterGradients, Tensor output)
    {
        (_inputs, _leaves, _parameters, _parameterGradients) = (inputs, leaves, parameters, parameterGradients);
        _output = output;
    }

    /// <summary>Computes a node and records it.</summary>
    /// <param name="inputs">Positions of the inputs whose gradients are wanted.</param>
    /// <param name="tensors">These inputs.</param>
    /// <param name="parameters">Leaves of the node's parameters; taken over.</param>
    /// <param name="parameterGradients">Where their gradients are added up.</param>
    /// <param name="compute">The operation, from leaves to output.</param>
    /// <param name="output">Its output, for the nodes after it; the caller's.</param>
    public static AutogradRecord Record(
        int[] inputs, Tensor[] tensors, Tensor[] parameters, Tensor[] parameterGradients, Func<Tensor[], Tensor> compute, out Tensor output)
    {
        using var recording = enable_grad();
        Tensor[] leaves = [.. tensors.Select(tensor => tensor.detach().requires_grad_().DetachFromDisposeScope())];
        var result = compute(leaves).DetachFromDisposeScope();
        output = result.detach();
        return new AutogradRecord(inputs, leaves, parameters, parameterGradients, result);
    }

    /// <inheritdoc/>
    public void PlayBack(Tensor gradient, bool isOwned, TapeGradients gradients)
    {
        Tensor[] wanted = [.. _leaves, .. _parameters];
        if (wanted.Length == 0) return;
        var found = autograd.grad([_output], wanted, [gradient]);
        for (var leaf = 0; leaf < _leaves.Length; leaf++) gradients.Add(_inputs[leaf], found[leaf], isOwned: true);
        for (var parameter = 0; parameter < _parameters.Length; parameter++)
        {
            using var part = found[_leaves.Length + parameter];
            _parameterGradients[parameter].Accumulate(part);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[.. _leaves, .. _parameters, _output]) tensor.Dispose();
    }
}
