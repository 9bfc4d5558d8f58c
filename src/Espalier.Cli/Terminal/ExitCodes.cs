namespace Espalier.Cli.Terminal;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It failed; one sentence on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>
    /// The words were wrong: an unknown command or option, or a value outside its range, which the sentence names. That holds also
    /// where the range depends on the network or the data, such as an image size that is no multiple of the network's stride.
    /// </summary>
    public const int WrongWords = 2;
}
