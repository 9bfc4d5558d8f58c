namespace Espalier.Tests;

/// <summary>Finds the folder of shared test material that may lie beside the project; tests that need it skip without it.</summary>
internal static class SharedMaterial
{
    private const string Reason = "skipped: ../shared not present";

    /// <summary>The path of a file or folder of the shared material; skips the running test when it is absent.</summary>
    public static string Require(params string[] parts)
    {
        Assert.SkipUnless(Root is not null, Reason);
        var path = Path.Combine([Root!, .. parts]);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"{Reason}: {string.Join('/', parts)}");
        return path;
    }

    /// <summary>The shared folder, or null where there is none.</summary>
    public static string? Root { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "espalier.slnx"))) continue;
            var shared = Path.Combine(folder.FullName, "..", "shared");
            return Directory.Exists(shared) ? Path.GetFullPath(shared) : null;
        }

        return null;
    }
}
