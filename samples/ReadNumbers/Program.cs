using Espalier.Runtime;
using Espalier.Vision;

// readnumbers MODEL.onnx PICTURE…
using var reader = HouseNumberReader.Open(args[0]);
foreach (var file in args[1..])
{
    foreach (var number in reader.Read(PictureReader.Read(file)))
        Console.WriteLine($"{file}: {number.Text} {number.Confidence:0.00} at {number.Box.Left:0},{number.Box.Top:0}");
}
