using System.Globalization;
using System.Text;

namespace Espalier.Processors;

/// <summary>The figures of several processors, held against those of the first.</summary>
/// <param name="Processors">A name each, what it calls itself, and its figures by name.</param>
internal sealed record FigureTable(IReadOnlyList<(string Name, string Machine, Dictionary<string, Figure> Figures)> Processors)
{
    private const char Comment = '#';

    /// <summary>Whether there is something to compare and every figure keeps its tolerance on all processors that have it.</summary>
    public bool Agrees => Processors is [{ Figures.Count: > 0 }, _, ..]
        && Others.All(other => other.Figures.Count > 0 && other.Figures.Values.All(Keeps));

    private Dictionary<string, Figure> First => Processors[0].Figures;

    private IEnumerable<(string Name, string Machine, Dictionary<string, Figure> Figures)> Others => Processors.Skip(1);

    /// <summary>Writes a processor's figures, as they come.</summary>
    public static void Write(TextWriter writer, string machine, IEnumerable<Figure> figures)
    {
        writer.WriteLine($"{Comment} {machine}");
        foreach (var figure in figures) writer.WriteLine(figure.ToLine());
    }

    /// <summary>Reads files that <see cref="Write"/> filled; what comes is named as they are.</summary>
    public static FigureTable Read(IEnumerable<string> paths) => new([.. paths.Select(path =>
    {
        var lines = File.ReadAllLines(path);
        return (Path.GetFileName(path), lines[0].TrimStart(Comment, ' '),
            lines.Skip(1).Select(Figure.Parse).ToDictionary(figure => figure.Name));
    })]);

    /// <summary>The table as Markdown, what the processors are, and the verdict.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"| figure | at {Processors[0].Name} | {string.Join(" | ", Others.Select(other => other.Name))} | allowed |");
        text.AppendLine($"|-|-|{string.Concat(Others.Select(_ => "-:|"))}-:|");
        foreach (var figure in First.Values)
        {
            var distances = Others.Select(other => Distance(figure, other.Figures.GetValueOrDefault(figure.Name)));
            text.AppendLine($"| {figure.Name} | {figure} | {string.Join(" | ", distances)} | {Share(figure.Tolerance)} |");
        }

        text.AppendLine();
        foreach (var (name, machine, figures) in Processors)
        {
            var unknown = figures.Keys.Count(figure => !First.ContainsKey(figure));
            text.AppendLine($"- {name}: {machine}; {figures.Count} figures"
                + (unknown > 0 ? $", **{unknown} of them not computed at {Processors[0].Name}**" : ""));
        }

        text.AppendLine();
        return text.Append(Agrees ? "All figures agree." : "SOME FIGURES DISAGREE.").ToString();
    }

    private bool Keeps(Figure figure) => First.TryGetValue(figure.Name, out var first) && first.Admits(figure);

    private static string Distance(Figure first, Figure? other)
    {
        if (other is null) return "–";
        var distance = Share(first.DistanceTo(other));
        return first.Admits(other) ? distance : $"**{distance}**";
    }

    private static string Share(double share) => share switch
    {
        0 => "=",
        double.PositiveInfinity => "other",
        _ => share.ToString("0.0e+0", CultureInfo.InvariantCulture),
    };
}
