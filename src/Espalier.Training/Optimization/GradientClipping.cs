using Espalier.Training.Execution;
using static TorchSharp.torch;

namespace Espalier.Training.Optimization;

/// <summary>Keeps single wild batches from throwing a network off its course.</summary>
internal static class GradientClipping
{
    // As torch's clip_grad_norm_ does, so that a norm of zero divides.
    private const double Epsilon = 1e-6;

    /// <summary>The L2 norm of all gradients together; not finite where any gradient is not.</summary>
    public static double Norm(ExecutableNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var guard = no_grad();
        var sum = 0.0;
        foreach (var group in network.ParameterGroups)
        {
            // Not linalg.vector_norm, which makes a scalar that nothing keeps alive (see NumberArithmetic).
            using var squares = group.Gradients.Values.dot(group.Gradients.Values);
            sum += squares.item<float>();
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Shrinks all gradients alike where their norm is over a limit.</summary>
    /// <returns>The norm before. Where it is not finite the gradients are left as they are, and no step should follow.</returns>
    public static double Clip(ExecutableNetwork network, double maximumNorm)
    {
        var norm = Norm(network);
        var coefficient = maximumNorm / (norm + Epsilon);
        if (!double.IsFinite(norm) || coefficient >= 1) return norm;
        using var guard = no_grad();
        foreach (var group in network.ParameterGroups) group.Gradients.Values.Multiply(coefficient);
        return norm;
    }
}
