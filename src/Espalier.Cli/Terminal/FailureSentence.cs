using System.Runtime.InteropServices;
using Espalier.Core;

namespace Espalier.Cli.Terminal;

/// <summary>Turns a failure that the user can act on into one sentence and an exit code.</summary>
internal static class FailureSentence
{
    private const string NotEnoughMemory = "there is not enough memory for this: use a smaller --batch or --image-size, or --cache none";

    /// <summary>A library's message may repeat the whole of a hostile file; a path has at most 4,096 characters.</summary>
    private const int LongestText = 6_000;

    /// <summary>The sentence, on one line and with a period; null for a bug, which should be seen whole.</summary>
    public static string? Of(Exception exception) => Reason(exception) is { } reason ? Polish(reason) : null;

    /// <summary><see cref="ExitCodes.WrongWords"/> where an option was to blame, <see cref="ExitCodes.Failed"/> otherwise.</summary>
    public static int ExitCode(Exception exception) => exception switch
    {
        OptionException => ExitCodes.WrongWords,
        AggregateException several => several.Flatten().InnerExceptions.Max(ExitCode),
        _ => ExitCodes.Failed,
    };

    /// <summary>A text as a sentence on one line: a capital first and a period last.</summary>
    public static string Polish(string text)
    {
        var line = PlainText.OneLine(text.Length > LongestText ? text[..LongestText] + "…" : text).Trim();
        if (line.Length == 0) return "Something went wrong without a reason given.";
        return (BeginsWithAWord(line) ? char.ToUpperInvariant(line[0]) + line[1..] : line)
            + (line[^1] is '.' or '!' or '?' ? string.Empty : ".");
    }

    /// <summary>A word of the language, and not a file's name, which must stay as it is.</summary>
    private static bool BeginsWithAWord(string line)
    {
        var word = line.Split(' ')[0];
        return word.All(char.IsAsciiLetterLower) && !Path.Exists(word);
    }

    private static string? Reason(Exception exception) => exception switch
    {
        EspalierException => exception.Message,
        OperationCanceledException => "interrupted",
        IOException or UnauthorizedAccessException => exception.Message,
        OutOfMemoryException => NotEnoughMemory,
        ExternalException when IsMemory(exception.Message) => NotEnoughMemory,

        // One bug among several failures is a bug.
        AggregateException several => several.Flatten().InnerExceptions.Select(Reason).ToArray() is { Length: > 0 } reasons
            && !reasons.Contains(null) ? reasons[0] : null,
        _ => null,
    };

    // What libtorch says when the CPU's or the GPU's memory is used up.
    private static bool IsMemory(string message) =>
        message.Contains("can't allocate memory", StringComparison.Ordinal)
            || message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
}
