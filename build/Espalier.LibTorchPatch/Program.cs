using Espalier.LibTorchPatch;

// TorchSharp 0.107's Linux library asks GCC's C++ library for version GLIBCXX_3.4.32 (GCC 13), for a symbol that it never
// calls; Debian 12, Ubuntu 22.04 and RHEL 9 have older ones, and their loader refuses it. This writes a copy that asks
// for that version only weakly.
if (args is not [var original, var copy])
{
    Console.Error.WriteLine("usage: Espalier.LibTorchPatch ORIGINAL COPY");
    return 2;
}

try
{
    var bytes = ElfPatch.MakeWeak(File.ReadAllBytes(original), original, "libstdc++.so.6", "GLIBCXX_3.4.32");
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(copy))!);
    var temporary = $"{copy}.{Environment.ProcessId}.tmp";
    File.WriteAllBytes(temporary, bytes);
    File.Move(temporary, copy, overwrite: true);
    return 0;
}
catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error : {exception.Message}");
    return 1;
}
