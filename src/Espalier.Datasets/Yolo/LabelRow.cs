namespace Espalier.Datasets.Yolo;

/// <summary>One row of a label file: a class and a box, the box as shares of the photo's width and height.</summary>
/// <param name="Class">The class index.</param>
/// <param name="X">The centre, 0…1.</param>
/// <param name="Y">The centre, 0…1.</param>
/// <param name="Width">0…1.</param>
/// <param name="Height">0…1.</param>
public readonly record struct LabelRow(int Class, double X, double Y, double Width, double Height);
