using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Espalier.Core;
using Espalier.Networks;

namespace Espalier.CommandKills;

/// <summary>Whether files are whole, and what is in them.</summary>
internal static class WholeFiles
{
    private static readonly byte[] EndOfPng = "IEND"u8.ToArray();

    /// <summary>Files below a folder without what belongs to writers; none where it is not there.</summary>
    public static IEnumerable<string> Below(string folder) => !Directory.Exists(folder) ? [] :
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !IsOfWriter(file) && !IsTemporary(file));

    /// <summary>Whether it is a lock or an unfinished folder, or lies in one.</summary>
    public static bool IsOfWriter(string path) => path.Contains(".espalier-", StringComparison.Ordinal);

    /// <summary>Whether it is named as files are that are not whole yet.</summary>
    public static bool IsTemporary(string file) => file.EndsWith(".tmp", StringComparison.Ordinal);

    /// <summary>Temporary files that lie below a folder.</summary>
    public static IEnumerable<string> Temporaries(string folder) => Directory.EnumerateFiles(folder, "*.tmp", SearchOption.AllDirectories);

    /// <summary>A hash of a file, or of a folder's files with their names; null where it is not there.</summary>
    public static string? Content(string path)
    {
        if (File.Exists(path)) return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
        if (!Directory.Exists(path)) return null;
        var lines = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetRelativePath(path, file)} {Content(file)}").Order(StringComparer.Ordinal);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    /// <summary>A hash of everything that a checkpoint holds in numbers: weights, averages, the optimizer's memory.</summary>
    public static string Arrays(string path)
    {
        var checkpoint = Checkpoint.Load(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weights in new[] { checkpoint.Weights, checkpoint.Training })
        {
            foreach (var name in weights.Names)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(name));
                hash.AppendData(MemoryMarshal.AsBytes<float>(weights[name].Values));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>A sentence for each file below a folder that is not whole.</summary>
    public static IEnumerable<string> Problems(string folder) => Below(folder).Select(Problem).OfType<string>();

    private static string? Problem(string file)
    {
        try
        {
            return IsWhole(file) ? null : $"{file} is not whole";
        }
        catch (Exception exception) when (exception is EspalierException or JsonException or IOException)
        {
            return $"{file}: {exception.Message}";
        }
    }

    private static bool IsWhole(string file)
    {
        switch (Path.GetExtension(file))
        {
            case ".safetensors":
                Checkpoint.Load(file);
                return true;
            case ".json":
                using (JsonDocument.Parse(File.ReadAllText(file))) return true;
            case ".html":
                return File.ReadAllText(file).TrimEnd().EndsWith("</html>", StringComparison.Ordinal);
            case ".csv" or ".yaml" or ".md":
                return File.ReadAllText(file).EndsWith('\n');
            case ".png":
                return File.ReadAllBytes(file).AsSpan().IndexOf(EndOfPng) > 0;
            default:
                return true; // Compared at the end, or added to line by line.
        }
    }
}
