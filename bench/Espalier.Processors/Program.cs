using System.Globalization;
using System.Runtime.InteropServices;
using Espalier.Core;
using Espalier.Processors;

// The figures that must agree on all processors, and the holding against each other: bench/processors.sh does both for several.
// processors figures pictures|portable|all: writes them, a line each; pictures needs no network, portable no libtorch.
// processors compare FIRST OTHER…: a table of files of figures, named as they are; ends with 1 where one differs by more than is allowed.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["figures", "pictures" or "portable" or "all"]:
        using (var material = new Material()) FigureTable.Write(Console.Out, Machine(), Figures(material, args[1]));
        return 0;
    case ["compare", _, _, ..]:
        var table = FigureTable.Read(args[1..]);
        Console.WriteLine(table);
        return table.Agrees ? 0 : 1;
    default:
        Console.Error.WriteLine("usage: figures pictures|portable|all | compare FIRST OTHER…");
        return 2;
}

static IEnumerable<Figure> Figures(Material material, string which) => which switch
{
    "pictures" => PictureFigures.Of(material),
    "portable" => [.. Figures(material, "pictures"), .. NetworkFigures.Of(material), .. DetectorFigures.Of(material)],
    _ => [.. Figures(material, "portable"), .. TrainingFigures.Of(material)],
};

static string Machine()
{
    var features = ProcessorFeatures.Current;
    return $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, "
        + (features.VectorBits == 0 ? "no vectors" : $"vectors of {features.VectorBits} bits")
        + (features.HasInt8DotProducts ? ", products of bytes" : "");
}
