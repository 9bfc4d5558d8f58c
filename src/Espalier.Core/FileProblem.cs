namespace Espalier.Core;

/// <summary>What went wrong with a file or folder, in words that follow "cannot be written:".</summary>
internal static class FileProblem
{
    private const int NoSpaceUnix = 28;
    private const int FileTooLargeUnix = 27;
    private const int QuotaLinux = 122;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    /// <summary>Whether the exception speaks of a file or folder that the system refuses, and not of a mistake in the program.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>The reason without a period at its end, the same on every system where it matters.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        IOException { HResult: NoSpaceUnix or QuotaLinux or NoSpaceWindows } => "the disk is full",
        IOException { HResult: FileTooLargeUnix } => "a file may not become that large here",
        UnauthorizedAccessException => "no permission to write there",
        PathTooLongException => "the path is too long",
        DirectoryNotFoundException => "its folder cannot be created",
        _ => exception.Message.TrimEnd('.'),
    };
}
