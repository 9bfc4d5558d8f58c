using System.Globalization;
using Espalier.Core;
using Espalier.Pipelines.Experiments;

namespace Espalier.Pipelines.Bulk;

/// <summary>What lies beside an output while it is made: a journal of what was begun, the photos' listing, and a file for each block of
/// photos that was looked at. Once the output is there only the journal stays.</summary>
/// <param name="output">The output.</param>
internal sealed class BulkFolder(string output)
{
    private const string BlockEnding = ".block", LockEnding = ".lock";

    /// <summary>The output.</summary>
    public string Output => output;

    /// <summary>The folder.</summary>
    public string Path { get; } = output + ".parts";

    /// <summary>Where the photos are listed.</summary>
    public string Listing => In("photos.jsonl");

    private string JournalFile => In("journal.json");

    /// <summary>What was begun; null where nothing was.</summary>
    /// <exception cref="EspalierException">It is damaged.</exception>
    public BulkJournal? ReadJournal() => StageFile.Read<BulkJournal>(JournalFile);

    /// <summary>Writes down what is begun, or what came of it.</summary>
    public void WriteJournal(BulkJournal journal) => StageFile.Write(JournalFile, journal);

    /// <summary>The results of a block, as JSON lines.</summary>
    public string Block(int block) => In(block.ToString("00000000", CultureInfo.InvariantCulture) + BlockEnding);

    /// <summary>The lock of one of those who write here.</summary>
    public string Lock(string whose) => In(whose + LockEnding);

    /// <summary>The blocks that were looked at.</summary>
    public HashSet<int> Blocks() => [.. Directory.EnumerateFiles(Path, "*" + BlockEnding)
        .Select(file => int.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture,
            out var block) ? block : -1)];

    /// <summary>Removes everything but the journal, as far as it can be.</summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(Path).Where(file => file != JournalFile))
        {
            try
            {
                // A lock is left by a killed process, or held: then it stays.
                if (file.EndsWith(LockEnding, StringComparison.Ordinal)) WriterLock.TryTake(output, file)?.Dispose();
                else File.Delete(file);
            }
            catch (Exception exception) when (FileProblem.Is(exception))
            {
                // Another process still has it open; it is of no use to anybody, and in nobody's way.
            }
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
