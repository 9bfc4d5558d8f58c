using System.Diagnostics;
using System.Globalization;
using Espalier.DetectorSoak;
using Espalier.Runtime;
using Espalier.Vision;

// soak MODEL.onnx PHOTOS [detections] [threads]: one detector, many threads; every result against the single-threaded one, memory watched.
// soak MODEL.onnx list [pictures] [side]: one list of grey squares in one call, and the most memory that the process took.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: soak MODEL.onnx PHOTO_FOLDER [detections = 200000] [threads = 8]");
    Console.Error.WriteLine("       soak MODEL.onnx list [pictures = 500] [side = 640]");
    return 2;
}

if (args[1] == "list")
{
    var number = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 500;
    var side = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 640;
    using var lister = Detector.Open(args[0], new DetectorOptions { ImageSize = side });
    var list = Enumerable.Range(0, number).Select(index => Picture.Filled(side, side, (byte)index, 128, 128)).ToArray();
    Console.WriteLine($"{number} pictures of {side} × {side}: {Environment.WorkingSet / 1e6:0} MB resident before the call");
    lister.Detect(list);
    Console.WriteLine($"{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB at most");
    return 0;
}

var count = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 200_000;
var threads = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 8;
using var detector = Detector.Open(args[0], new DetectorOptions { Threads = 1, Spinning = false });
var pictures = Directory.EnumerateFiles(args[1], "*.png").Order(StringComparer.Ordinal).Take(200).Select(path => PictureReader.Read(path)).ToArray();
var report = new Soak(detector, pictures).Run(count, threads, Console.Out);
Console.WriteLine(report);
return report.Different == 0 ? 0 : 1;
