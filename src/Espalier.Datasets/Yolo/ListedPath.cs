namespace Espalier.Datasets.Yolo;

/// <summary>Where the paths of a list file count from: writers differ.</summary>
/// <remarks>
/// YOLOv5 counts from the list's folder, darknet from the folder that it is started in, and CVAT writes <c>data/obj_train_data/1.jpg</c>
/// into a list that lies in what was meant to be called <c>data</c>. Lists from Windows have backslashes.
/// </remarks>
internal static class ListedPath
{
    /// <summary>Counts from the list's own folder.</summary>
    public static Func<string, string> Beside(string list)
    {
        var folder = FolderOf(list);
        return entry => Path.GetFullPath(entry, folder);
    }

    /// <summary>The way by which an entry leads to a photo that is there; null where none does.</summary>
    public static Func<string, string>? PlaceOf(string entry, string list)
    {
        var folder = FolderOf(list);
        string[] bases = [folder, Environment.CurrentDirectory, Path.GetDirectoryName(folder) ?? folder];
        var ways = bases.Select(start => (Func<string, string>)(name => Path.GetFullPath(name, start)))
            .Append(name => Path.GetFullPath(WithoutFirstFolder(name), folder)).ToList();
        return ways.Concat(ways.Select(way => (Func<string, string>)(name => way(name.Replace('\\', '/')))))
            .FirstOrDefault(way => File.Exists(way(entry)));
    }

    private static string FolderOf(string list) => Path.GetDirectoryName(Path.GetFullPath(list))!;

    private static string WithoutFirstFolder(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && name[..slash] != ".." ? name[(slash + 1)..] : name;
    }
}
