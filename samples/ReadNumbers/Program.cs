using Espalier.Runtime;
using Espalier.Vision;

// readnumbers MODEL.onnx PICTURE…
using var reader = HouseNumberReader.Open(args[0]);
foreach (var file in args[1..])
{
    foreach (var number in reader.Read(PictureReader.Read(file)))
    {
        var text = number.IsAccepted ? number.Text : $"cannot read (best guess {number.Text})";
        Console.WriteLine($"{file}: {text} {number.Confidence:0.00} at {number.Box.Left:0},{number.Box.Top:0}");
    }
}
