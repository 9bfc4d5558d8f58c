using Espalier.Core;

namespace Espalier.Runtime.Tests;

public sealed class ThreadsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void ONNX_Runtime_is_always_told_a_number_for_its_own_choice_is_the_machines(int asked)
    {
        using var settings = SessionSettings.Of(new RuntimeOptions { Threads = asked });

        Assert.Equal(asked == 0 ? AvailableProcessors.Current.Threads : asked, settings.IntraOpNumThreads);
    }
}
