using Espalier.Core;
using Espalier.Training.Native;
using TorchSharp;

namespace Espalier.Tests.Native;

public class DevicesTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:1")]
    [InlineData("CPU")]
    [InlineData("")]
    public void A_device_without_such_a_name_is_refused(string name)
    {
        var refusal = Assert.Throws<OptionException>(() => Devices.Parse(name));
        Assert.Equal($"The device must be cpu, cuda:N or auto, not '{name}'.", refusal.Message);
    }

    [Fact]
    public void The_processor_is_always_there_and_auto_finds_something()
    {
        Assert.Equal(DeviceType.CPU, Devices.Parse("cpu").type);
        Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, Devices.Parse("auto").type);
    }

    [Fact]
    public void An_absent_GPU_is_refused_with_what_to_do()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "this machine has a GPU");
        Assert.Contains("--device cpu", Assert.Throws<EspalierException>(() => Devices.Parse("cuda:0")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Threads_out_of_range_are_refused(int threads)
    {
        Assert.Throws<OptionException>(() => Devices.SetThreads(threads));
    }

    [Fact]
    public void Without_a_number_there_are_no_more_threads_than_the_process_may_use() =>
        Assert.InRange(Devices.SetThreads(0), 1, AvailableProcessors.Current.Threads);
}
