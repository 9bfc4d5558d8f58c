namespace Espalier.Datasets.Yolo;

/// <summary>One row of a label file: a class and a box, the box as shares of the photo's width and height.</summary>
/// <param name="Class">The class index.</param>
/// <param name="X">The centre, 0…1.</param>
/// <param name="Y">The centre, 0…1.</param>
/// <param name="Width">0…1.</param>
/// <param name="Height">0…1.</param>
public readonly record struct LabelRow(int Class, double X, double Y, double Width, double Height);

/// <summary>A row of a label file and where it stands.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Row">What it says; nothing where it makes no sense.</param>
/// <param name="Fault">Why it makes no sense, to follow "row 3"; null where it does.</param>
internal readonly record struct NumberedLabelRow(int Number, LabelRow Row, string? Fault);
