using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>An element-wise activation.</summary>
internal sealed record ActivationNode(string Name, int Row, ImmutableArray<int> Inputs, Activation Activation)
    : WeightlessNode(Name, Row, Inputs)
{
    /// <summary>Which function.</summary>
    public ActivationKind Kind => Activation.Kind;

    internal override ChannelFlow Flow => ChannelFlow.Handed;

    internal override ImmutableArray<(string Name, int Value, int Least, int Most)> Numbers => [];

    internal static ActivationNode Read(JsonMembers json)
    {
        var word = json.Word("kind");
        if (!ActivationTable.TryFind(word, out var description))
            throw new GraphException($"{json.Where}: the activation must be one of {ActivationTable.Words}, not '{word}'.");

        // Files from before activations had parameters mean the usual one.
        var parameter = json.Has("parameter") ? json.Real("parameter") : description.UsualParameter;
        return new(json.Name, json.Row, json.Inputs, new(description.Kind, parameter));
    }

    internal override void CheckRest()
    {
        if (!Enum.IsDefined(Kind)) throw new GraphException($"its activation must be one of {ActivationTable.Words}.");
        ActivationTable.Of(Kind).CheckParameter(Activation.Parameter);
    }

    internal override TensorShape Infer(ReadOnlySpan<TensorShape> inputs) => inputs[0];

    internal override void WriteRest(Utf8JsonWriter json)
    {
        json.WriteString("kind", Kind.ToString());
        if (Activation.Parameter != ActivationTable.Of(Kind).UsualParameter) json.WriteNumber("parameter", Activation.Parameter);
    }
}
