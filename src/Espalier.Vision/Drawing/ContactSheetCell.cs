namespace Espalier.Vision;

/// <summary>A picture on a <see cref="ContactSheet"/>.</summary>
/// <param name="Picture">The picture, scaled to fit its cell.</param>
/// <param name="Caption">One line beneath it, shortened to fit; may be empty.</param>
internal readonly record struct ContactSheetCell(Picture Picture, string Caption);
