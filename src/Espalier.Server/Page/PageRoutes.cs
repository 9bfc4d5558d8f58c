using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Espalier.Server.Page;

/// <summary>The page: one file that holds all it needs, and may load nothing else.</summary>
internal static partial class PageRoutes
{
    /// <summary>Adds it at <c>/</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var page = Load();
        var policy = $"default-src 'none'; script-src {Hash(Script().Match(page))}; style-src {Hash(Style().Match(page))}; img-src 'self' blob: data:; "
            + "media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        routes.MapGet("/", (HttpContext context) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-cache";
            return TypedResults.Content(page, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
    }

    private static string Load()
    {
        using var reader = new StreamReader(typeof(PageRoutes).Assembly.GetManifestResourceStream("page.html")!);
        return reader.ReadToEnd();
    }

    private static string Hash(Match match) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups[1].Value)))}'";

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
