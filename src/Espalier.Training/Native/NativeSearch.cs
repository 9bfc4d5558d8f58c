using System.Runtime.InteropServices;

namespace Espalier.Training.Native;

/// <summary>Where the natives of this application lie, and what they are called on this system.</summary>
internal static class NativeSearch
{
    /// <summary>The natives' files that may be there, each after those that it needs.</summary>
    public static IReadOnlyList<string> LibTorchFiles { get; } =
        [.. new[] { "c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch" }.Select(FileName)];

    /// <summary>TorchSharp's own native file.</summary>
    public static string TorchSharpFile { get; } = FileName("LibTorchSharp");

    /// <summary>The file that says whether libtorch is there at all.</summary>
    public static string LibTorchFile { get; } = FileName("torch_cpu");

    /// <summary>The folders that the runtime searches for this application's natives, in its order.</summary>
    public static IReadOnlyList<string> Folders { get; } = ListFolders();

    /// <summary>The full path of a native file, or null where no folder has it.</summary>
    public static string? Find(string file) => Folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static List<string> ListFolders()
    {
        var listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        string[] beside =
        [
            .. listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
        ];
        return [.. beside.Select(Path.TrimEndingDirectorySeparator).Distinct()];
    }
}
