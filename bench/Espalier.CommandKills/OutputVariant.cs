namespace Espalier.CommandKills;

/// <summary>One of the outputs that a command makes in turn.</summary>
/// <param name="Words">The invocation.</param>
/// <param name="Content">What its output must hold, as <see cref="WholeFiles.Content"/> says it.</param>
internal sealed record OutputVariant(IReadOnlyList<string> Words, string Content);
