using System.Globalization;
using System.Text;
using Espalier.Core;
using Espalier.Training.Runs;

namespace Espalier.Pipelines.Evolution;

/// <summary><c>evolve.csv</c>: a row a generation, from which an evolution goes on.</summary>
internal static class EvolutionTable
{
    private const int BeforeParameters = 6;

    private static readonly string Head = "generation,fitness,metrics/precision,metrics/recall,metrics/mAP_0.5,metrics/mAP_0.5:0.95,"
        + string.Join(',', HyperParameterFile.Values(new HyperParameters()).Select(pair => pair.Name));

    /// <summary>Writes all generations anew, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<Generation> generations)
    {
        var text = new StringBuilder(Head).Append('\n');
        for (var number = 0; number < generations.Count; number++)
        {
            var generation = generations[number];
            text.Append(
                CultureInfo.InvariantCulture,
                $"{number},{generation.Fitness},{generation.Precision},{generation.Recall},"
                    + $"{generation.MeanAveragePrecision50},{generation.MeanAveragePrecision}");
            foreach (var (_, value) in HyperParameterFile.Values(generation.HyperParameters))
                text.Append(CultureInfo.InvariantCulture, $",{value}");
            text.Append('\n');
        }

        AtomicFile.WriteAllText(path, text.ToString());
    }

    /// <summary>Reads them; none where there is no such file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">What no column holds, such as the optimizer.</param>
    /// <exception cref="EspalierException">A line is none of such a table.</exception>
    public static List<Generation> Read(string path, HyperParameters start)
    {
        if (!File.Exists(path)) return [];
        var lines = File.ReadAllLines(path);
        if (lines.FirstOrDefault() != Head) throw Refused(path, 1, "its columns are others");
        return [.. lines.Skip(1).Select((line, number) => Row(line.Split(','), number, start, path))];
    }

    private static Generation Row(string[] fields, int number, HyperParameters start, string path)
    {
        var names = Head.Split(',');
        if (fields.Length != names.Length || fields[0] != Invariant($"{number}"))
            throw Refused(path, number + 2, $"it is not the row of generation {number}");
        double Number(int column) => double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value)
            ? value : throw Refused(path, number + 2, $"{names[column]} is not a number");
        var parameters = start;
        for (var column = BeforeParameters; column < names.Length; column++)
        {
            _ = Number(column);
            parameters = HyperParameterFile.With(parameters, names[column], fields[column], path);
        }

        return new Generation(parameters, Number(2), Number(3), Number(4), Number(5));
    }

    private static EspalierException Refused(string path, int line, string why) =>
        new(Invariant($"'{path}', line {line}: {why}; put the file back as it was, or remove its folder to evolve anew."));
}
