using System.Globalization;
using static Espalier.Networks.OnnxBody;

namespace Espalier.Networks;

/// <summary>
/// The functions that may follow a layer. A new one is a word here, a row of <see cref="ActivationTable"/> and a kernel of training.
/// </summary>
public enum ActivationKind
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>x · σ(x).</summary>
    SiLU,

    /// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
    Hardswish,

    /// <summary>x where positive, else slope · x.</summary>
    LeakyReLU,

    /// <summary>max(x, 0).</summary>
    ReLU,

    /// <summary>min(max(x, 0), 6).</summary>
    ReLU6,

    /// <summary>x · tanh(log(1 + eˣ)).</summary>
    Mish,

    /// <summary>x · Φ(x) with the normal distribution's own Φ, not its approximation by a tanh.</summary>
    GELU,

    /// <summary>x where positive, else α · (eˣ − 1).</summary>
    ELU,

    /// <summary>1 / (1 + e⁻ˣ): what gates are made of.</summary>
    Sigmoid,
}

/// <summary>All that there is to know of one function; its word in tables, stored graphs and <c>.pt</c> files is the kind's own.</summary>
/// <param name="Kind">Which it is.</param>
/// <param name="Value">Its value from x and the parameter.</param>
/// <param name="Emit">Writes it in ONNX; gives the output's name.</param>
internal sealed record ActivationDescription(ActivationKind Kind, Func<double, float, double> Value, Func<ActivationEmission, string> Emit)
{
    private const float MostParameter = 100;

    /// <summary>torch's name of its parameter, 0…100; null where it has none.</summary>
    public string? ParameterName { get; init; }

    /// <summary>The parameter where torch's own form, <c>nn.LeakyReLU()</c>, names none.</summary>
    public float TorchParameter { get; init; }

    /// <summary>The parameter where a table or stored graph gives the word alone: YOLOv5's.</summary>
    public float UsualParameter { get; init; }

    /// <summary>Names of the same function's other classes in YOLOv5's code.</summary>
    public string[] OtherWords { get; init; } = [];

    /// <summary>Whether int8 runtimes compute it as part of the convolution before it.</summary>
    public bool JoinsConvolution { get; init; }

    /// <summary>Refuses a parameter out of range.</summary>
    /// <exception cref="GraphException">It is.</exception>
    public void CheckParameter(float parameter)
    {
        if (ParameterName is null ? parameter != 0 : parameter is not (>= 0 and <= MostParameter))
            throw new GraphException(string.Create(CultureInfo.InvariantCulture,
                $"its activation {Kind} cannot have the parameter {parameter}."));
    }
}

/// <summary>The descriptions of all functions.</summary>
internal static class ActivationTable
{
    private static readonly ActivationDescription[] All =
    [
        // A sigmoid and a product: ONNX Runtime makes one operation of the pair, and keeps it in the convolutions' own layout.
        new(ActivationKind.SiLU, (x, _) => x * Activation.Sigmoid(x), emission => emission.Last("Mul", emission.Input, emission.Sigmoid()))
        {
            OtherWords = ["Swish", "MemoryEfficientSwish"],
        },
        new(ActivationKind.ReLU, (x, _) => Math.Max(x, 0), emission => emission.Of("Relu")) { JoinsConvolution = true },
        new(ActivationKind.Hardswish, (x, _) => x * Math.Clamp(x + 3, 0, 6) / 6, emission => emission.Of("HardSwish")),
        new(
            ActivationKind.LeakyReLU, (x, slope) => x > 0 ? x : slope * x,
            emission => emission.Of("LeakyRelu", Attribute("alpha", emission.Parameter)))
        {
            ParameterName = "negative_slope", TorchParameter = 0.01f, UsualParameter = 0.1f,
        },
        new(
            ActivationKind.ReLU6, (x, _) => Math.Clamp(x, 0, 6),
            emission => emission.Last("Clip", emission.Input, emission.Body.Float("clip.0", 0), emission.Body.Float("clip.6", 6))),
        new(ActivationKind.Mish, (x, _) => x * Math.Tanh(x > 20 ? x : Math.Log(1 + Math.Exp(x))), EmitMish)
        {
            OtherWords = ["MemoryEfficientMish"],
        },
        new(ActivationKind.GELU, (x, _) => x * NormalDistribution.Below(x), EmitGelu),
        new(
            ActivationKind.ELU, (x, alpha) => x > 0 ? x : alpha * (Math.Exp(x) - 1),
            emission => emission.Of("Elu", Attribute("alpha", emission.Parameter)))
        {
            ParameterName = "alpha", TorchParameter = 1, UsualParameter = 1,
        },
        new(ActivationKind.Sigmoid, (x, _) => Activation.Sigmoid(x), emission => emission.Of("Sigmoid")),
        new(ActivationKind.Identity, (x, _) => x, emission => emission.Input),
    ];

    /// <summary>The words, for messages.</summary>
    public static string Words { get; } = string.Join(", ", All.Select(description => description.Kind));

    /// <summary>A function's description.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static ActivationDescription Of(ActivationKind kind) => Array.Find(All, description => description.Kind == kind)
        ?? throw new NotSupportedException($"There is no description of the activation {kind}.");

    /// <summary>The description of a word.</summary>
    public static bool TryFind(ReadOnlySpan<char> word, out ActivationDescription description)
    {
        description = All[0];
        foreach (var candidate in All)
        {
            if (!word.SequenceEqual(candidate.Kind.ToString()) && !candidate.OtherWords.Contains(word.ToString())) continue;
            description = candidate;
            return true;
        }

        return false;
    }

    /// <summary>
    /// The activation of a table's text: a word (<c>LeakyReLU</c>, with YOLOv5's parameter) or torch's form (<c>nn.SiLU()</c>,
    /// <c>nn.LeakyReLU(0.2, inplace=True)</c>, with torch's where none is given); null where it is neither.
    /// </summary>
    public static Activation? Parse(string text)
    {
        var word = text.AsSpan().Trim();
        if (word.StartsWith("torch.")) word = word[6..];
        if (word.StartsWith("nn.")) word = word[3..];
        var open = word.IndexOf('(');
        if (!TryFind(open < 0 ? word : word[..open], out var description)) return null;
        if (open < 0) return description.Kind;
        if (word[^1] != ')') return null;
        var parameter = description.TorchParameter;
        const StringSplitOptions Trimmed = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var argument in word[(open + 1)..^1].ToString().Split(',', Trimmed))
        {
            if (argument is "True" or "False" || argument.StartsWith("inplace", StringComparison.Ordinal)) continue;
            var isNamed = argument.StartsWith($"{description.ParameterName}=", StringComparison.Ordinal);
            var value = isNamed ? argument[(argument.IndexOf('=') + 1)..] : argument;
            if (description.ParameterName is null) return null;
            if (!float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out parameter)) return null;
        }

        return new Activation(description.Kind, parameter);
    }

    /// <summary>The operators of which ONNX itself says that they are Mish; runtimes know them where they do not know it.</summary>
    private static string EmitMish(ActivationEmission emission)
        => emission.Last("Mul", emission.Input, emission.Step("Tanh", "tanh", emission.Step("Softplus", "softplus", emission.Input)));

    /// <summary>In the order in which ONNX Runtime sees a GELU and makes one operation of it.</summary>
    private static string EmitGelu(ActivationEmission emission)
    {
        var (body, input) = (emission.Body, emission.Input);
        var error = emission.Step("Erf", "erf", emission.Step("Div", "deviations", input, body.Float("gelu.root", MathF.Sqrt(2))));
        var product = emission.Step("Mul", "product", input, emission.Step("Add", "sum", error, body.Float("gelu.1", 1)));
        return emission.Last("Mul", product, body.Float("gelu.half", 0.5f));
    }
}
