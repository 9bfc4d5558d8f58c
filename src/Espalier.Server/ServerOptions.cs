using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Server;

/// <summary>What is served, where, and how much of it.</summary>
public sealed record ServerOptions
{
    /// <summary>The models; the first is meant where a request names none.</summary>
    public IReadOnlyList<ModelSource> Models { get; init; } = [];

    /// <summary>The address to listen on.</summary>
    /// <value>Default 127.0.0.1: this machine alone.</value>
    [Option("--host", "Address to listen on; 0.0.0.0 lets other machines in", ValueName = "address")]
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on.</summary>
    /// <value>Default 8080; 0 for any that is free.</value>
    [Option("--port", "Port to listen on; 0 for any that is free", 0, 65535)]
    public int Port { get; init; } = 8080;

    /// <summary>Where corrected pictures are put, as a YOLO folder.</summary>
    /// <value>Null: corrections are refused.</value>
    [Option("--corrections", "Save what is corrected on the page to this folder; for `espalier train FOLDER/data.yaml`",
        ValueName = "folder", IsPath = true)]
    public string? Corrections { get; init; }

    /// <summary>A folder of runs, whose trainings can then be watched, and steered, at <c>/watch</c>.</summary>
    /// <value>Null: none.</value>
    [Option("--runs", "Show the trainings below this folder as they go, at /watch", ValueName = "folder", IsPath = true)]
    public string? Runs { get; init; }

    /// <summary>What clients must send as <c>X-Api-Key</c> or <c>Authorization: Bearer</c>; the page itself and the health checks are
    /// open.</summary>
    /// <value>Null: nothing.</value>
    [Option("--api-key", "Ask every request for this key; better given as the variable ESPALIER_API_KEY", ValueName = "key")]
    public string? ApiKey { get; init; }

    /// <summary>Pictures that are looked at at once.</summary>
    /// <value>Default 0: one a core.</value>
    [Option("--workers", "Pictures looked at at once, 0 for one a core", 0, 1024)]
    public int Workers { get; init; }

    /// <summary>Requests that may be under way; those beyond are told to come again.</summary>
    /// <value>Default 64.</value>
    [Option("--queue", "Requests under way; those beyond are told to come again (429)", 1, 100_000)]
    public int Queue { get; init; } = 64;

    /// <summary>Seconds that a request may take to send its pictures and wait for its turn.</summary>
    /// <value>Default 30.</value>
    [Option("--timeout", "Seconds to send pictures and wait for a turn", 1, 3600)]
    public int Timeout { get; init; } = 30;

    /// <summary>Megabytes (10⁶ bytes) of a request.</summary>
    /// <value>Default 32.</value>
    [Option("--max-megabytes", "Largest request", 1, 1000)]
    public int MaximumMegabytes { get; init; } = 32;

    /// <summary>Megapixels of a picture.</summary>
    /// <value>Default 50.</value>
    [Option("--max-megapixels", "Largest picture", 1, 500)]
    public int MaximumMegapixels { get; init; } = 50;

    /// <summary>Pictures of a request.</summary>
    /// <value>Default 64.</value>
    [Option("--max-pictures", "Most pictures in one request", 1, 1000)]
    public int MaximumPictures { get; init; } = 64;

    /// <summary>The descriptions of all options.</summary>
    internal static OptionTable<ServerOptions> Table { get; } = new();

    /// <summary><see cref="MaximumMegabytes"/> in bytes.</summary>
    internal int MaximumBytes => MaximumMegabytes * 1_000_000;

    /// <summary><see cref="MaximumMegapixels"/> in pixels.</summary>
    internal long MaximumPixels => MaximumMegapixels * 1_000_000L;

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public void Validate()
    {
        Table.Validate(this);
        if (Models.Count == 0 && Runs is null) throw new OptionException("A server needs at least one model, or a folder of runs.");
        if (ApiKey is not { } key) return;
        if (string.IsNullOrWhiteSpace(key)) throw new OptionException("The API key must not be empty.");
        if (key.Trim() != key || key.Any(char.IsControl))
            throw new OptionException("The API key must neither begin nor end with a blank or a line's end: no request can send it.");
    }
}
