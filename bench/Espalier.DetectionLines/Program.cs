using System.Globalization;
using Espalier.DetectionLines;
using Espalier.HouseNumbers;
using Espalier.Runtime;
using Espalier.Vision;

// What a detector finds, a JSON line a detection, so that two machines can be held against each other; and the holding.
// detection-lines find MODEL.onnx PHOTO…  |  read int8|float|fastest PHOTO…, the digits that make numbers  |  compare LINES LINES
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["find", var model, _, ..])
{
    // Awake waiting would take the processor from an emulator's own threads.
    using var detector = Detector.Open(model, new DetectorOptions { Spinning = false });
    Console.Error.WriteLine(Machine.Text);
    foreach (var file in args[2..])
    {
        var found = detector.Detect(PictureReader.Read(file), out var times);
        var name = Path.GetFileName(file);
        foreach (var detection in found) Console.WriteLine(new DetectionLine(name, detection).ToJson());
        Console.Error.WriteLine($"{name}: {found.Length} found, network {times.Network.TotalMilliseconds:0} ms");
    }

    return 0;
}

if (args is ["read", "int8" or "float" or "fastest", _, ..])
{
    HouseNumberPrecision? precision =
        args[1] switch { "int8" => HouseNumberPrecision.Quantized, "float" => HouseNumberPrecision.FullPrecision, _ => null };
    using var reader = HouseNumberReader.Open(HouseNumberModel.Read(precision), detector: new DetectorOptions { Spinning = false });
    Console.Error.WriteLine($"{Machine.Text}: {precision ?? HouseNumberModel.Fastest}");
    foreach (var file in args[2..])
    {
        var name = Path.GetFileName(file);
        var numbers = reader.Read(PictureReader.Read(file));
        foreach (var digit in numbers.SelectMany(number => number.Detections)) Console.WriteLine(new DetectionLine(name, digit).ToJson());
        Console.Error.WriteLine($"read {name}: {string.Join(", ", numbers.Select(number => number.Text))}");
    }

    return 0;
}

if (args is ["compare", var first, var second])
{
    var comparison = DetectionComparison.Of(DetectionLine.ReadAll(first), DetectionLine.ReadAll(second));
    Console.WriteLine(comparison);
    return comparison.Same ? 0 : 1;
}

Console.Error.WriteLine("usage: detection-lines find MODEL.onnx PHOTO… | read int8|float|fastest PHOTO… | compare LINES LINES");
return 2;
