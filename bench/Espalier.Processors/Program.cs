using System.Globalization;
using System.Runtime.InteropServices;
using Espalier.Core;
using Espalier.Processors;

// The figures that must agree on all processors, and the holding against each other: bench/processors.sh does both for several.
// processors figures [portable]: writes them, a line each; portable leaves out what needs libtorch, for systems that it is not built for.
// processors compare FIRST OTHER…: a table of files of figures, named as they are; ends with 1 where one differs by more than is allowed.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["figures"] or ["figures", "portable"]:
        using (var material = new Material())
        {
            IEnumerable<Figure> figures = [.. PictureFigures.Of(material), .. NetworkFigures.Of(material), .. DetectorFigures.Of(material)];
            if (args.Length == 1) figures = figures.Concat(TrainingFigures.Of(material));
            FigureTable.Write(Console.Out, Machine(), figures);
        }

        return 0;
    case ["compare", _, _, ..]:
        var table = FigureTable.Read(args[1..]);
        Console.WriteLine(table);
        return table.Agrees ? 0 : 1;
    default:
        Console.Error.WriteLine("usage: figures [portable] | compare FIRST OTHER…");
        return 2;
}

static string Machine()
{
    var features = ProcessorFeatures.Current;
    return $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, "
        + (features.VectorBits == 0 ? "no vectors" : $"vectors of {features.VectorBits} bits")
        + (features.HasInt8DotProducts ? ", products of bytes" : "");
}
