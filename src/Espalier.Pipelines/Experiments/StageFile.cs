using System.Text.Json;
using Espalier.Core;

namespace Espalier.Pipelines.Experiments;

/// <summary>Reads and writes what an experiment keeps between its stages.</summary>
internal static class StageFile
{
    private static readonly JsonSerializerOptions Format = StoredJson.Format(JsonNamingPolicy.CamelCase, indented: true);

    /// <summary>What a file holds; null where it is not there, or one of the files that it was made from is newer.</summary>
    /// <exception cref="EspalierException">It is damaged.</exception>
    public static T? Read<T>(string path, params ReadOnlySpan<string> sources)
        where T : class
    {
        if (!File.Exists(path)) return null;
        foreach (var source in sources)
        {
            if (File.GetLastWriteTimeUtc(source) > File.GetLastWriteTimeUtc(path)) return null;
        }

        try
        {
            return StoredJson.Read<T>(File.ReadAllText(path), Format);
        }
        catch (JsonException exception)
        {
            throw new EspalierException($"'{path}' is damaged; remove it, and it is made anew ({exception.Message.TrimEnd('.')}).",
                exception);
        }
    }

    public static void Write<T>(string path, T value) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(value, Format));
}
