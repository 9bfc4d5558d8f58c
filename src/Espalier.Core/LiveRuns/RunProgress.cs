using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Espalier.Core.LiveRuns;

/// <summary>
/// How far a training run is: what its process writes into the run's folder once a second, and a live view reads. It is lost in a power
/// cut, and nothing depends on it.
/// </summary>
[RequiresUnreferencedCode("Members are found by reflection.")]
[RequiresDynamicCode("Members are found by reflection.")]
internal sealed record RunProgress
{
    /// <summary>The file in the run's folder.</summary>
    public const string FileName = "progress.json";

    private static readonly JsonSerializerOptions Json = StoredJson.Format(JsonNamingPolicy.CamelCase);

    /// <summary>The process that trains.</summary>
    [StoredRange(0, int.MaxValue)]
    public required int Process { get; init; }

    /// <summary>When that process began, so that another with its number is not taken for it.</summary>
    public required DateTime Began { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>When this was written.</summary>
    public required DateTime Written { get; init; }

    /// <summary>What it does at the moment.</summary>
    public required RunPhase Phase { get; init; }

    /// <summary>The epoch under way, 0-based; the number of epochs where all are done.</summary>
    [StoredRange(0, 100_000)]
    public required int Epoch { get; init; }

    /// <summary>Epochs that are planned.</summary>
    [StoredRange(1, 100_000)]
    public required int Epochs { get; init; }

    /// <summary>Epochs without a gain after which it stops; 0 for never.</summary>
    [StoredRange(0, 100_000)]
    public required int Patience { get; init; }

    /// <summary>Batches of the epoch that are done.</summary>
    [StoredRange(0, int.MaxValue)]
    public required int Batch { get; init; }

    /// <summary>Batches an epoch.</summary>
    [StoredRange(0, int.MaxValue)]
    public required int Batches { get; init; }

    /// <summary>Mean losses of the epoch so far: box, objectness, class.</summary>
    [StoredRange(3, 3)]
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>Training pictures a second in this epoch.</summary>
    public required double PicturesPerSecond { get; init; }

    /// <summary>Seconds until the last planned epoch, as the epochs before took; null before anything was measured.</summary>
    public required double? SecondsLeft { get; init; }

    /// <summary>Resident memory of the process in bytes.</summary>
    [StoredRange(0, long.MaxValue)]
    public required long ResidentBytes { get; init; }

    /// <summary>Reads a run's progress; null where there is none, or it cannot be read.</summary>
    /// <param name="folder">The run's folder.</param>
    public static RunProgress? Read(string folder)
    {
        try
        {
            return StoredJson.Read<RunProgress>(File.ReadAllText(Path.Combine(folder, FileName)), Json);
        }
        catch (Exception exception) when (FileProblem.Is(exception) || exception is JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="folder">The run's folder, which is there.</param>
    /// <exception cref="EspalierException">The file cannot be written.</exception>
    public void Write(string folder) => AtomicFile.WriteLightly(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Json));

    /// <summary>Whether the process that wrote it still trains; on another machine, whether it wrote within a minute.</summary>
    /// <param name="now">The time.</param>
    public bool IsAlive(DateTime now)
    {
        if (Phase is not (RunPhase.Training or RunPhase.Validating)) return false;
        if (Machine != Environment.MachineName) return now - Written < TimeSpan.FromMinutes(1);
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(Process);
            return (process.StartTime.ToUniversalTime() - Began).Duration() < TimeSpan.FromSeconds(2);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
