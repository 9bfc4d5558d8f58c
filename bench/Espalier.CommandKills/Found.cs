namespace Espalier.CommandKills;

/// <summary>What a killed process left under the names of its outputs.</summary>
internal enum Found
{
    /// <summary>Nothing, and nothing was there before.</summary>
    Nothing,

    /// <summary>What was there before.</summary>
    Old,

    /// <summary>Something newer, whole.</summary>
    New,
}
