namespace Espalier.Training.Native;

/// <summary>The user's folder for what Espalier can make again at any time.</summary>
public static class CacheFolder
{
    /// <summary>The environment variable that moves the folder.</summary>
    public const string Variable = "ESPALIER_CACHE";

    /// <summary>
    /// Its path, whether or not it exists: <c>$ESPALIER_CACHE</c>, else <c>espalier</c> under <c>$XDG_CACHE_HOME</c> or
    /// <c>~/.cache</c> (Linux), <c>~/Library/Caches</c> (macOS), the local application data (Windows); null for a user
    /// without a home.
    /// </summary>
    public static string? Path => Choose(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : null,
        OperatingSystem.IsMacOS());

    /// <summary>The rule, apart from the machine.</summary>
    internal static string? Choose(Func<string, string?> variable, string home, string? localData, bool isMac)
    {
        if (variable(Variable) is { Length: > 0 } chosen) return System.IO.Path.GetFullPath(chosen);
        if (localData is { Length: > 0 }) return System.IO.Path.Combine(localData, "espalier", "cache");
        // The XDG specification has a relative path ignored.
        if (!isMac && variable("XDG_CACHE_HOME") is { Length: > 0 } shared && System.IO.Path.IsPathFullyQualified(shared))
            return System.IO.Path.Combine(shared, "espalier");
        if (home.Length == 0) return null;
        return isMac ? System.IO.Path.Combine(home, "Library", "Caches", "espalier") : System.IO.Path.Combine(home, ".cache", "espalier");
    }
}
