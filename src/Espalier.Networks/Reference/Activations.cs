namespace Espalier.Networks;

/// <summary>The activations as plain functions.</summary>
public static class Activations
{
    /// <summary>LeakyReLU's factor for negative values.</summary>
    public const float LeakySlope = 0.1f;

    /// <summary>The value of an activation.</summary>
    public static float Apply(ActivationKind kind, float x) => kind switch
    {
        ActivationKind.SiLU => x * Sigmoid(x),
        ActivationKind.Hardswish => x * Math.Clamp(x + 3, 0, 6) / 6,
        ActivationKind.LeakyReLU => x > 0 ? x : LeakySlope * x,
        ActivationKind.ReLU => Math.Max(x, 0),
        _ => x,
    };

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static float Sigmoid(float x) => (float)(1 / (1 + Math.Exp(-x)));
}
