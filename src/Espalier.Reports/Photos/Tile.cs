using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Photos;

/// <summary>A picture on a sheet of pictures.</summary>
/// <param name="Picture">Its pixels.</param>
/// <param name="Boxes">What is drawn on it, the first on top.</param>
/// <param name="Caption">Below it, in bold; may be empty.</param>
/// <param name="Remark">After the caption; may be empty.</param>
internal sealed record Tile(Picture Picture, IReadOnlyList<TileBox> Boxes, string Caption = "", string Remark = "");

/// <summary>A box on a tile.</summary>
/// <param name="Box">In the picture's pixels.</param>
/// <param name="Color">Of its line and its plate.</param>
/// <param name="Label">What its plate says; no plate where empty.</param>
/// <param name="Dashed">Whether its line is broken into dashes.</param>
internal readonly record struct TileBox(Box Box, SKColor Color, string Label, bool Dashed = false);
