using Microsoft.AspNetCore.Http;

namespace Espalier.Server.Load;

/// <summary>Keeps pages of other sites, which a browser has open beside ours, from changing anything here.</summary>
internal static class SameOrigin
{
    /// <summary>Throws where a browser says that another site's page sent the request.</summary>
    /// <exception cref="Refusal">403.</exception>
    public static void Require(HttpContext context, FormattableString refusal)
    {
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none")) throw Refusal.Forbidden(refusal);
    }
}
