using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Espalier.Server.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Espalier.Server.Page;

/// <summary>A page in one file that holds all it needs, and may load nothing else.</summary>
internal static partial class StaticPage
{
    /// <summary>Adds one.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="route">Its path.</param>
    /// <param name="file">The file that was built in.</param>
    public static void Map(IEndpointRouteBuilder routes, string route, string file)
    {
        var page = Load(file);
        var policy = $"default-src 'none'; script-src {Hash(Script().Match(page))}; style-src {Hash(Style().Match(page))}; img-src 'self' "
            + $"blob: data:; "
            + $"media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        routes.MapGet(route, RequestGate.Open(context =>
        {
            if (route == "/" && Folder(context.Request) is { Length: > 0 } folder) return Results.Redirect(folder);
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-cache";
            return TypedResults.Content(page, "text/html; charset=utf-8");
        }));
    }

    /// <summary>What must stand before the links of the page at <c>/</c>: nothing, or the path's last part, where that path is a group's
    /// own and was asked for without the slash at its end.</summary>
    public static string Folder(HttpRequest request) => (request.PathBase + request.Path).Value is [.., not '/'] path
        ? $"{Uri.EscapeDataString(path[(path.LastIndexOf('/') + 1)..])}/"
        : "";

    private static string Load(string file)
    {
        using var reader = new StreamReader(typeof(StaticPage).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }

    private static string Hash(Match match) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups[1].Value)))}'";

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
