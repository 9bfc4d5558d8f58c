using Espalier.Core;
using Spectre.Console;

namespace Espalier.Cli.Terminal;

/// <summary>Plain tables for terminals and files: no frame, numbers to the right.</summary>
internal static class TextTable
{
    /// <summary>The table's text.</summary>
    /// <param name="columns">A heading each; one that begins with <c>&gt;</c> has its cells to the right.</param>
    /// <param name="rows">As many cells a row.</param>
    public static string Format(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().NoBorder();
        foreach (var heading in columns)
        {
            var right = heading.StartsWith('>');
            var column = new TableColumn(new Text(right ? heading[1..] : heading)).NoWrap().PadLeft(1).PadRight(1);
            table.AddColumn(right ? column.RightAligned() : column);
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(PlainText.OneLine(cell))));
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 400;
        console.Write(table);
        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()));
    }
}
