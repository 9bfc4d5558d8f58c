using System.Globalization;
using Espalier.DetectorSoak;
using Espalier.Runtime;
using Espalier.Vision;

// soak MODEL.onnx PHOTOS [detections] [threads]: one detector, many threads; every result against the single-threaded one, memory watched.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: soak MODEL.onnx PHOTO_FOLDER [detections = 200000] [threads = 8]");
    return 2;
}

var count = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 200_000;
var threads = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 8;
using var detector = Detector.Open(args[0], new DetectorOptions { Threads = 1, Spinning = false });
var pictures = Directory.EnumerateFiles(args[1], "*.png").Order(StringComparer.Ordinal).Take(200).Select(path => PictureReader.Read(path)).ToArray();
var report = new Soak(detector, pictures).Run(count, threads, Console.Out);
Console.WriteLine(report);
return report.Different == 0 ? 0 : 1;
