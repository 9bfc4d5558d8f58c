using Espalier.Runtime;
using Espalier.Vision;

// detect MODEL.onnx PICTURE…
using var detector = Detector.Open(args[0]);
foreach (var file in args[1..])
{
    foreach (var (box, confidence, label) in detector.Detect(PictureReader.Read(file)))
        Console.WriteLine($"{file}: {detector.ClassNames[label]} {confidence:0.00} at {box.Left:0},{box.Top:0} – "
            + $"{box.Right:0},{box.Bottom:0}");
}
