namespace Espalier.Tests;

/// <summary>Files of the repository, from wherever tests are built.</summary>
internal static class RepositoryFile
{
    private static readonly Lazy<string> Root = new(() =>
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "espalier.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    });

    /// <summary>The path of one.</summary>
    public static string At(params ReadOnlySpan<string> names) => Path.Combine([Root.Value, .. names]);
}
