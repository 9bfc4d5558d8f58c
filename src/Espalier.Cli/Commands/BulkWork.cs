using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Cli.Video;
using Espalier.Core;
using Espalier.Pipelines;
using Espalier.Pipelines.Bulk;

namespace Espalier.Cli.Commands;

/// <summary>What <c>read</c> and <c>predict</c> share where they write one table of very many photos.</summary>
internal static class BulkWork
{
    /// <summary>Does it and says what came of it.</summary>
    /// <param name="parsed">What was said.</param>
    /// <param name="terminal">Where to speak.</param>
    /// <param name="photos">What is looked at.</param>
    /// <param name="options">Where the table goes.</param>
    /// <param name="without">Options that have no effect then.</param>
    /// <param name="run">Does it.</param>
    /// <exception cref="EspalierException">It was interrupted, or not one photo could be read.</exception>
    public static int Run(ParseResult parsed, TerminalSession terminal, string[] photos, BulkOptions options,
        IEnumerable<Option> without, Func<IPipelineListener, BulkOutcome> run)
    {
        foreach (var option in without)
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new OptionException($"{option.Name} has no effect together with --output");
        }

        if (photos.Select(VideoSource.Find).FirstOrDefault(found => found is not null) is { } video)
            throw new OptionException($"'{video.Path}' is a video or a camera; --output is for photos");
        var listener = new PhotosListener(terminal);
        try
        {
            return Tell(terminal, run(listener), options.Output!);
        }
        catch (OperationCanceledException)
        {
            throw new EspalierException($"interrupted after {listener.Done} of {listener.Total} photos; the same command goes on");
        }
    }

    private static int Tell(TerminalSession terminal, BulkOutcome outcome, string output)
    {
        terminal.SayBroken(outcome.BrokenRows);
        if (!outcome.IsWhole)
        {
            terminal.Say($"Shard {outcome.Shard}: {outcome.Photos} photos are done; the last shard that ends writes {output}");
            return ExitCodes.Done;
        }

        terminal.Say($"{outcome.Photos} photos, {outcome.Unreadable} of them unreadable");
        terminal.Say($"Written to {output}");
        return outcome.Unreadable < outcome.Photos
            ? ExitCodes.Done : throw new EspalierException($"not one of the photos could be read; the column error of '{output}' says why");
    }
}
