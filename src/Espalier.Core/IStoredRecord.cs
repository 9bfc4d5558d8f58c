namespace Espalier.Core;

/// <summary>A stored record whose members must go together; <see cref="StoredJson"/> asks it.</summary>
internal interface IStoredRecord
{
    /// <summary>What does not go together, as the end of a sentence; null where all does.</summary>
    string? Fault { get; }
}
