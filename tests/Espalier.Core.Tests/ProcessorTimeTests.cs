using Espalier.Core;

namespace Espalier.Tests.Processors;

public class ProcessorTimeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Threads_are_given_some_time_and_at_most_a_processor_each(int threads) =>
        Assert.InRange(ProcessorTime.Granted(threads), 0.01, threads);

    [Fact]
    public void More_threads_than_processors_are_not_given_a_processor_each()
    {
        var processors = Environment.ProcessorCount;

        // Half a processor of slack: times of processes are kept by ticks on some systems.
        Assert.InRange(ProcessorTime.Granted(2 * processors + 1), 0.01, processors + 0.5);
    }
}
