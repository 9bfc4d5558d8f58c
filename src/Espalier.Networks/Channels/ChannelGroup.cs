using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>Channels that stand or fall together layer by layer: the variables that the same convolutions produce.</summary>
/// <param name="Producers">Positions of the convolutions, in order. More than one where a shortcut adds their outputs.</param>
/// <param name="Variables">The variables, in the order of their channels. Each may go or stay for itself.</param>
internal sealed record ChannelGroup(ImmutableArray<int> Producers, ImmutableArray<int> Variables)
{
    /// <summary>How many channels each of its convolutions gives.</summary>
    public int Width => Variables.Length;
}
