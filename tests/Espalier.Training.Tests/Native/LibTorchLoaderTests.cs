using Espalier.Training.Native;
using TorchSharp;

namespace Espalier.Training.Tests.Native;

public sealed class LibTorchLoaderTests
{
    [Fact]
    public void TorchSharp_computes_in_an_application_that_only_references_the_assembly()
    {
        LibTorchLoader.Load();
        using var scope = torch.NewDisposeScope();
        Assert.Equal(14f, torch.arange(4, torch.float32).square().sum().item<float>());
    }

    [Fact]
    public void A_copy_is_used_exactly_where_the_system_lacks_the_version()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has symbol versions");
        LibTorchLoader.Load();
        var library = StandardLibrary.OfThisProcess();
        Assert.NotNull(library);
        Assert.Equal(library.Newest < 32, LibTorchLoader.PatchedFile is not null);
    }
}
