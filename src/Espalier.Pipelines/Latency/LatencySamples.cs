using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Core;

namespace Espalier.Pipelines.Latency;

/// <summary>How long a node took.</summary>
/// <param name="Inputs">Channels that it reads.</param>
/// <param name="Outputs">Channels that it gives.</param>
/// <param name="Microseconds">The median of its runs.</param>
internal sealed record NodeSample(int Inputs, int Outputs, double Microseconds)
{
    /// <summary>Whether such a node can be.</summary>
    [JsonIgnore]
    public bool IsSound => Inputs > 0 && Outputs >= 0 && Microseconds >= 0 && double.IsFinite(Microseconds);
}

/// <summary>How long a whole call took beside its nodes.</summary>
/// <param name="Nodes">Milliseconds of all nodes together, while profiled.</param>
/// <param name="Call">Milliseconds of the call, while not.</param>
internal sealed record CallSample([property: StoredRange(1e-6, 1e6)] double Nodes, [property: StoredRange(1e-6, 1e6)] double Call);

/// <summary>What was measured on a machine: the content of a latency table's file.</summary>
/// <param name="Version">Of the format.</param>
/// <param name="Key">For what it holds (<see cref="LatencySetting.Key"/>).</param>
/// <param name="Nodes">The nodes' times, by their family.</param>
/// <param name="Calls">The calls' times.</param>
internal sealed record LatencySamples(
    int Version, string Key, ImmutableSortedDictionary<string, ImmutableArray<NodeSample>> Nodes, ImmutableArray<CallSample> Calls)
    : IStoredRecord
{
    private const int Current = 1;
    private static readonly JsonSerializerOptions Format = StoredJson.Format(JsonNamingPolicy.CamelCase);

    /// <inheritdoc/>
    [JsonIgnore]
    public string? Fault => Version != Current ? "it is of another version"
        : Calls.IsDefaultOrEmpty || !Nodes.Values.All(IsSound) ? "samples are missing, or cannot be"
        : null;

    /// <summary>Nothing yet.</summary>
    public static LatencySamples None(string key) =>
        new(Current, key, ImmutableSortedDictionary.Create<string, ImmutableArray<NodeSample>>(StringComparer.Ordinal), []);

    /// <summary>What a file holds; nothing where there is none, or one that is damaged, of another version or of another machine.</summary>
    public static LatencySamples Read(string path, string key)
    {
        try
        {
            return StoredJson.Read<LatencySamples>(File.ReadAllText(path), Format) is { } read && read.Key == key ? read : None(key);
        }
        catch (Exception exception) when (exception is JsonException || FileProblem.Is(exception))
        {
            return None(key);
        }
    }

    /// <summary>Both together.</summary>
    public LatencySamples With(IEnumerable<(string Family, NodeSample Sample)> nodes, IEnumerable<CallSample> calls)
    {
        var all = Nodes.ToBuilder();
        foreach (var group in nodes.GroupBy(node => node.Family, node => node.Sample))
            all[group.Key] = [.. all.GetValueOrDefault(group.Key, []), .. group];
        return this with { Nodes = all.ToImmutable(), Calls = [.. Calls, .. calls] };
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="EspalierException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Format));

    /// <summary>Where a table's file lies by itself: in the user's folder of caches.</summary>
    public static string PlaceOf(string key)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];
        return Path.Combine(Caches(), "espalier", $"latency-{digest}.json");
    }

    private static bool IsSound(ImmutableArray<NodeSample> samples) => !samples.IsDefaultOrEmpty && samples.All(sample => sample.IsSound);

    private static string Caches()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } chosen) return chosen;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
    }
}
