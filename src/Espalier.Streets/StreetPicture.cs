using Espalier.Streets.Layout;
using Espalier.Vision;

namespace Espalier.Streets;

/// <summary>A generated picture.</summary>
/// <param name="Picture">The pixels.</param>
/// <param name="Numbers">The numbers on it as they read, the main one first; empty where it has none.
/// Digits that the edge hides are left out.</param>
/// <param name="Digits">Every digit on it, in the order of <paramref name="Numbers"/>.</param>
public sealed record StreetPicture(Picture Picture, IReadOnlyList<string> Numbers, IReadOnlyList<StreetDigit> Digits);
