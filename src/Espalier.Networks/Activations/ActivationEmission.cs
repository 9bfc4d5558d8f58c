using Onnx;

namespace Espalier.Networks;

/// <summary>One activation of a network on its way into ONNX.</summary>
/// <param name="Body">Where operations go.</param>
/// <param name="Name">The node's name, which is its output's too.</param>
/// <param name="Input">The name of what it reads.</param>
/// <param name="Parameter">The function's parameter; 0 where it has none.</param>
/// <param name="Rounded">Gives of a sigmoid on the way what operations behind it read: what int8 makes of it, where it does.</param>
internal sealed record ActivationEmission(OnnxBody Body, string Name, string Input, float Parameter, Func<string, string> Rounded)
{
    /// <summary>The whole function as one operation of its input.</summary>
    public string Of(string operation, params ReadOnlySpan<AttributeProto> attributes) => Body.Add(operation, Name, [Input], attributes);

    /// <summary>An operation on the way.</summary>
    public string Step(string operation, string name, params ReadOnlySpan<string> inputs) => Body.Add(operation, $"{Name}.{name}", inputs);

    /// <summary>The operation whose output is the activation's.</summary>
    public string Last(string operation, params ReadOnlySpan<string> inputs) => Body.Add(operation, Name, inputs);

    /// <summary>The input's sigmoid as a step on the way.</summary>
    public string Sigmoid() => Rounded(Step("Sigmoid", "sigmoid", Input));
}
