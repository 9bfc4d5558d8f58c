using System.Globalization;

namespace Espalier.Networks;

/// <summary>An activation of a network: a function and its parameter. <see cref="ActivationTable"/> describes the functions.</summary>
/// <param name="Kind">Which function.</param>
/// <param name="Parameter">LeakyReLU's slope; 0 where the function has none.</param>
public readonly record struct Activation(ActivationKind Kind, float Parameter)
{
    /// <summary>The function with the parameter that YOLOv5 uses: LeakyReLU with the slope 0.1.</summary>
    public static implicit operator Activation(ActivationKind kind) => new(kind, ActivationTable.Of(kind).UsualParameter);

    /// <summary>The function's value.</summary>
    public double Value(double x) => ActivationTable.Of(Kind).Value(x, Parameter);

    /// <summary>As tables write it: <c>SiLU</c>, <c>LeakyReLU(0.1)</c>.</summary>
    public override string ToString()
        => ActivationTable.Of(Kind).ParameterName is null ? $"{Kind}" : string.Create(CultureInfo.InvariantCulture, $"{Kind}({Parameter})");

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    internal static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
