using System.IO.Compression;
using System.Runtime.InteropServices;
using Espalier.Core;
using Espalier.Datasets.Download;
using Espalier.Datasets.Formats;

namespace Espalier.Training.Native;

/// <summary>
/// libtorch where a program was installed without it, as the command is as a .NET tool: the package that a build would have restored,
/// fetched once into a folder of the user. A package of NuGet never changes, so that its digest stands here.
/// </summary>
/// <param name="Address">Where it is fetched from.</param>
/// <param name="System">The system whose natives are in it, such as <c>linux-x64</c>.</param>
/// <param name="Sha256">What its SHA-256 must be, in hexadecimal digits.</param>
internal sealed record LibTorchPackage(Uri Address, string System, string Sha256)
{
    private const string Version = "2.10.0";

    private static readonly Dictionary<string, string> Digests = new()
    {
        ["linux-x64"] = "e821a8a2db5b3e726fbe4321f36a9e8934f1e9f2849424063d21aafe4b6e11d1",
        ["osx-arm64"] = "69664e38dab1917d2573017bd36120da59bc5e9fd7c246c250b1c5af6a370579",
        ["win-arm64"] = "497250203ae1bffa8f0aafd6f72446665d61b900941a95d678b66cc3338c99a0",
        ["win-x64"] = "2e47e5ece75500f1029e803d298c7d67d97d3e1c08ac629f554310743a3b2b40",
    };

    /// <summary>The folder in which the user's packages lie, each in one of its own.</summary>
    public static string Home =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "espalier");

    /// <summary>This system's package; null where libtorch is not published for it.</summary>
    public static LibTorchPackage? ForThisSystem()
    {
        var system = (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-")
            + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var name = $"libtorch-cpu-{system}";
        var address = new Uri($"https://api.nuget.org/v3-flatcontainer/{name}/{Version}/{name}.{Version}.nupkg");
        return Digests.TryGetValue(system, out var digest) ? new LibTorchPackage(address, system, digest) : null;
    }

    /// <summary>The folder of its natives, which are fetched where they are not there.</summary>
    /// <param name="home">The folder in which packages lie.</param>
    /// <param name="note">Told that something is fetched.</param>
    /// <exception cref="EspalierException">It cannot be fetched, is another one, or cannot be written.</exception>
    public string Provide(string home, Action<string> note)
    {
        var folder = Path.Combine(home, $"libtorch-{Version}-{System}");
        if (Directory.Exists(folder)) return folder;
        note($"libtorch, which training needs, is not here yet: fetching it once from {Address.Host} into {folder}");
        var file = folder + ".nupkg";
        NewFolders.Create(home);
        using (var download = new FileDownload()) download.FetchAsync(Address, file, sha256: Sha256).GetAwaiter().GetResult();
        Unpack(file, folder);
        File.Delete(file);
        return folder;
    }

    private void Unpack(string file, string folder)
    {
        var prefix = $"runtimes/{System}/native/";
        using var output = OutputFolder.Prepare(folder, overwrite: false, []);
        OutputFolder.Guard(folder, () =>
        {
            using var archive = ZipFile.OpenRead(file);
            foreach (var entry in archive.Entries.Where(entry => entry.FullName.StartsWith(prefix, StringComparison.Ordinal)))
                entry.ExtractToFile(Path.Combine(output.Path, entry.Name));
        });
        output.Finish();
    }
}
