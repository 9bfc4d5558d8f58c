using System.Runtime.InteropServices;
using Espalier.Training.Native;

namespace Espalier.Training.Tests.Native;

public sealed partial class NativeTuningTests
{
    [Fact]
    public void A_process_that_did_not_ask_for_it_keeps_its_settings()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only there anything is set");
        Assert.SkipUnless(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null, "it is set already");
        LibTorchLoader.Load();

        Assert.False(LibTorchLoader.TunesProcess);
        Assert.Equal(0, GetEnvironment("OMP_WAIT_POLICY"));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);
}
