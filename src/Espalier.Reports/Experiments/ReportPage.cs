using System.Net;
using System.Text;

namespace Espalier.Reports.Experiments;

/// <summary>A report as one HTML page that can be sent to somebody: nothing is loaded from elsewhere.</summary>
internal static class ReportPage
{
    private const string Head = """
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>
        :root { --ink: #1f2430; --quiet: #666e7e; --line: #e2e5ea; --card: #f6f7f9; --accent: #0f766e }
        * { box-sizing: border-box }
        body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: #fff; margin: 0 auto; max-width: 88rem;
          padding: 2rem 1.25rem 5rem }
        h1 { font-size: 1.7rem; margin: 0 0 .3rem } h2 { font-size: 1.15rem; margin: 3rem 0 .8rem }
        p { max-width: 62rem } .quiet { color: var(--quiet) }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1.6rem 0 }
        .card { background: var(--card); border-radius: 8px; padding: .9rem 1rem }
        .card b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums }
        .card span { color: var(--quiet); font-size: .85rem }
        .wide { overflow-x: auto } table { border-collapse: collapse; font-size: .82rem; font-variant-numeric: tabular-nums; width: 100% }
        th, td { text-align: right; padding: .36rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap }
        th { color: var(--quiet); font-weight: 600; white-space: normal; vertical-align: bottom }
        th:first-child, td:first-child { text-align: left }
        tr.paper td { color: var(--quiet); font-style: italic } tr.chosen td { background: #eef7f5; font-weight: 600 }
        img { max-width: 100%; height: auto; display: block }
        pre { background: var(--card); border-radius: 8px; padding: 1rem; overflow-x: auto; font-size: .82rem; line-height: 1.5 }
        details summary { cursor: pointer; color: var(--accent) }
        </style>
        """;

    /// <summary>A page with its title and what it is about.</summary>
    public static StringBuilder Begin(string title, string about) => new StringBuilder(
        $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Safe(title)}</title>\n{Head}\n</head><body>\n")
        .Append($"<h1>{Safe(title)}</h1>\n<p class=\"quiet\">{Safe(about)}</p>\n");

    /// <summary>The finished page.</summary>
    public static string End(StringBuilder page) => page.Append("</body></html>\n").ToString();

    /// <summary>Figures beside each other, each with what it is.</summary>
    public static void Cards(StringBuilder page, IEnumerable<(string Value, string Text)> cards)
    {
        page.Append("<div class=\"cards\">");
        foreach (var (value, text) in cards) page.Append($"<div class=\"card\"><b>{Safe(value)}</b><span>{Safe(text)}</span></div>");
        page.Append("</div>\n");
    }

    /// <summary>A table; a row's kind colours it.</summary>
    public static void Table(StringBuilder page, IReadOnlyList<string> heads, IEnumerable<(string[] Cells, string Kind)> rows)
    {
        page.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (var head in heads) page.Append($"<th>{Safe(head)}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var (cells, kind) in rows)
        {
            page.Append(kind.Length == 0 ? "<tr>" : $"<tr class=\"{kind}\">");
            foreach (var cell in cells) page.Append($"<td>{Safe(cell)}</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    /// <summary>How much less there is, in percent.</summary>
    public static string Less(double after, double before) => Invariant($"{(after / before - 1) * 100:+0;−0;0} %");

    /// <summary>A text as HTML shows it.</summary>
    public static string Safe(string text) => WebUtility.HtmlEncode(text);
}
