using System.Diagnostics;
using System.Globalization;
using Espalier.Core.Options;
using Espalier.LongRuns;
using Espalier.Runtime;
using Espalier.Training.Native;
using Espalier.Vision;

// detections [COUNT [THREADS [MODEL.onnx PHOTOS]]]: one detector, many threads, every result compared with that of one thread.
// opens [COUNT]: a detector opened, asked once and closed.
// epochs [COUNT]: a training run that writes its checkpoint every epoch.
// Each prints a table of what the process held, and ends with 1 where that grew after the first tenth, or a result differed.
// list MODEL.onnx [PICTURES [SIDE]]: one list of grey squares in one call, and the most memory that the process took.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
LibTorchLoader.TunesProcess = true;
if (args is ["list", var listed, ..]) return List(listed, Number(2, 500), Number(3, 640));
var folder = Directory.CreateTempSubdirectory("espalier-long-");
try
{
    var toy = new Toy(folder.FullName);
    var calm = new DetectorOptions { Threads = 1, Spinning = false };
    var easy = calm with { Suppression = new NmsOptions { Confidence = .001f } };
    switch (args)
    {
        case ["detections", _, _, var model, var photos]:
            var pictures = Directory.EnumerateFiles(photos, "*.png").Order(StringComparer.Ordinal).Take(200)
                .Select(path => PictureReader.Read(path)).ToArray();
            return Code(Detections.Call(model, calm, pictures, Number(2, 0), WatchOver(Number(1, 0)), Console.Out));
        case ["detections", ..] and { Length: <= 3 }:
            var calls = WatchOver(Number(1, 10_000_000));
            return Code(Detections.Call(toy.WriteModel(), easy, Toy.Pictures, Number(2, 2), calls, Console.Out));
        case ["opens", ..] and { Length: <= 2 }:
            return Code(Detections.Open(toy.WriteModel(), easy, Toy.Pictures, WatchOver(Number(1, 100_000)), Console.Out));
        case ["epochs", ..] and { Length: <= 2 }:
            return Code(Epochs.Train(toy, Number(1, 5000), WatchOver(Number(1, 5000)), Console.Out));
        default:
            Console.Error.WriteLine("usage: detections [count = 10000000 [threads = 2 [MODEL.onnx PHOTO_FOLDER]]]");
            Console.Error.WriteLine("       opens [count = 100000] | epochs [count = 5000]");
            Console.Error.WriteLine("       list MODEL.onnx [pictures = 500 [side = 640]]");
            return 2;
    }
}
finally
{
    folder.Delete(recursive: true);
}

int Number(int place, int otherwise) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;

Watch WatchOver(int count) => new(count, Console.Out, folder.FullName);

static int Code(bool isSound) => isSound ? 0 : 1;

static int List(string model, int number, int side)
{
    using var lister = Detector.Open(model, new DetectorOptions { ImageSize = side });
    var list = Enumerable.Range(0, number).Select(index => Picture.Filled(side, side, (byte)index, 128, 128)).ToArray();
    Console.WriteLine($"{number} pictures of {side} × {side}: {Environment.WorkingSet / 1e6:0} MB resident before the call");
    lister.Detect(list);
    Console.WriteLine($"{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB at most");
    return 0;
}
