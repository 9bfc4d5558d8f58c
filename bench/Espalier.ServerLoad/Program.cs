using System.Globalization;
using Espalier.ServerLoad;

// Starts `espalier serve` as a process of its own and asks it over loopback; each prints one table.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 3)
{
    Console.Error.WriteLine(
        """
        usage: serverload start ESPALIER PHOTOS [times = 10]                  from its start to its first answer, and its memory at rest
               serverload rate ESPALIER PHOTOS [seconds = 1] [rounds = 15]    photos a second against the reader in process; waits at .8
               serverload overload ESPALIER PHOTOS [seconds = 60] [times = 10] what ten times too much gets
               serverload soak ESPALIER PHOTOS [requests = 100000]           nothing but answers
               serverload hostile ESPALIER PHOTOS [requests = 1000]          what must be refused, and how
               serverload watch ESPALIER RUNS [seconds = 200]                what the live view of a folder of runs costs
        ESPALIER is the command, PHOTOS a folder of PNG or JPEG files.
        """);
    return 2;
}

int Number(int index, int standard) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : standard;

var command = args[1];
if (args[0] == "watch") return Watching.Run(command, args[2], Number(3, 200));
var photos = Directory.EnumerateFiles(args[2]).Where(file => Path.GetExtension(file) is ".png" or ".jpg").Order(StringComparer.Ordinal)
    .Select(File.ReadAllBytes).ToArray();
if (photos.Length == 0)
{
    Console.Error.WriteLine($"There is no .png or .jpg file in {args[2]}.");
    return 1;
}

return args[0] switch
{
    "start" => Starts.Run(command, photos[0], Number(3, 10)),
    "rate" => Rate.Run(command, photos, Number(3, 1), Number(4, 15)),
    "overload" => Overload.Run(command, photos, Number(3, 60), Number(4, 10)),
    "soak" => Soak.Run(command, photos, Number(3, 100_000)),
    "hostile" => Hostile.Run(command, photos[0], Number(3, 1000)),
    var other => throw new ArgumentException($"There is no '{other}'."),
};
