using Espalier.Training.Native;
using TorchSharp;

namespace Espalier.Training.Tests.Native;

public sealed class LibTorchLoaderTests
{
    [Fact]
    public void TorchSharp_computes_without_any_call_to_the_loader()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(14f, torch.arange(4, torch.float32).square().sum().item<float>());
    }

    [Fact]
    public void The_loader_may_come_first_and_again()
    {
        LibTorchLoader.Load();
        LibTorchLoader.Load();
        Assert.Equal("2.10.0.0", torch.__version__);
    }

    [Fact]
    public void The_copy_is_used_exactly_where_the_original_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has symbol versions");
        LibTorchLoader.Load();

        // GCC numbers the file 6.0.N whose newest version is GLIBCXX_3.4.N.
        var standard = LoadedLibraries.Find("libstdc++.so");
        Assert.NotNull(standard);
        var newest = Version.Parse(Path.GetFileName(standard)["libstdc++.so.".Length..]).Build;
        Assert.Equal(newest < 32, LoadedLibraries.Find("LibTorchSharp.so") is not null);
        Assert.Equal(newest >= 32, LoadedLibraries.Find("libLibTorchSharp.so") is not null);
    }
}
