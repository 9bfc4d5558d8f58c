using Microsoft.AspNetCore.Http;

namespace Espalier.Server.Load;

/// <summary>How a protocol says that something went wrong.</summary>
internal delegate IResult ErrorFormat(int status, string message);
