using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Core.LiveRuns;

/// <summary>
/// What somebody wants of a run that goes on: a file in its folder that the trainer reads between epochs. What it does not name stays as
/// it is.
/// </summary>
[RequiresUnreferencedCode("Members are found by reflection.")]
[RequiresDynamicCode("Members are found by reflection.")]
internal sealed record RunControl
{
    /// <summary>The file in the run's folder.</summary>
    public const string FileName = "control.json";

    private static readonly JsonSerializerOptions Json = Format();

    /// <summary>Wants nothing.</summary>
    public static RunControl Nothing { get; } = new();

    /// <summary>Stop after the epoch that is under way. The trainer takes it back when it has done so.</summary>
    public bool Stop { get; init; }

    /// <summary>How many epochs the run shall have altogether; the learning rate follows the new number from the next epoch on.</summary>
    [StoredRange(1, 100_000)]
    public int? Epochs { get; init; }

    /// <summary>Epochs without a gain after which it shall stop; 0 for never.</summary>
    [StoredRange(0, 100_000)]
    public int? Patience { get; init; }

    /// <summary>Reads what is wanted of a run; nothing where there is no file.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="EspalierException">The file is there and cannot be read.</exception>
    public static RunControl Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path)) : Nothing;
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"'{path}' cannot be read: {FileProblem.Reason(exception)}.", exception);
        }
        catch (JsonException exception)
        {
            throw new EspalierException(
                $"'{path}' is no wish that a run understands ({exception.Message.TrimEnd('.')}): it holds "
                + """{"stop": true, "epochs": 60, "patience": 20} or a part of it.""", exception);
        }
    }

    /// <summary>The same, but nothing where the file cannot be read.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="note">Told why it cannot.</param>
    public static RunControl Read(string folder, Action<string> note)
    {
        try
        {
            return Read(folder);
        }
        catch (EspalierException exception)
        {
            note(exception.Message);
            return Nothing;
        }
    }

    /// <summary>Reads what <see cref="ToText"/> gives, or what a person wrote.</summary>
    /// <exception cref="JsonException">It is something else, or a number is out of its range.</exception>
    public static RunControl Parse(string text) => StoredJson.Read<RunControl>(text, Json);

    /// <summary>As JSON.</summary>
    public string ToText() => JsonSerializer.Serialize(this, Json);

    /// <summary>Writes it into a run's folder; where nothing is wanted, the file goes.</summary>
    /// <exception cref="EspalierException">The file cannot be written, or does not go.</exception>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (this != Nothing)
        {
            AtomicFile.WriteAllText(path, ToText());
            return;
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"'{path}' cannot be removed: {FileProblem.Reason(exception)}.", exception);
        }
    }

    private static JsonSerializerOptions Format()
    {
        var format = StoredJson.Format(JsonNamingPolicy.CamelCase);
        format.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault;
        format.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        return format;
    }
}
