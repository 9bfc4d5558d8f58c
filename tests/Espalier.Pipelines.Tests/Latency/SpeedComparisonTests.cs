using Espalier.Pipelines.Latency;

namespace Espalier.Pipelines.Tests.Latency;

public class SpeedComparisonTests
{
    [Theory]
    [InlineData(2.1, 1.23, 1.71, 2, "On this machine (2 threads): 1.23 ms a picture, in float32 2.10 ms, 1.71 × the speed")]
    [InlineData(1.04, 1.31, 0.79, 1,
        "On this machine (1 thread): 1.31 ms a picture, in float32 1.04 ms, 0.79 × the speed: slower here; ship the float32 file")]
    [InlineData(1, 0.99, 1.01, 4, "On this machine (4 threads): 0.99 ms a picture, in float32 1.00 ms, 1.01 × the speed: no faster here")]
    [InlineData(71.20, 70.23, 0.95, 1, "On this machine (1 thread): 70.23 ms a picture, in float32 71.20 ms: too "
        + "unsteady to tell, for the machine has other work; espalier bench measures again")]
    [InlineData(60.22, 27.72, 0.76, 1, "On this machine (1 thread): 27.72 ms a picture, in float32 60.22 ms: too "
        + "unsteady to tell, for the machine has other work; espalier bench measures again")]
    [InlineData(37.06, 46.08, 0.92, 2, "On this machine (2 threads): 46.08 ms a picture, in float32 37.06 ms: too unsteady to tell, for "
        + "the machine has other work; espalier bench measures again")]
    public void A_file_that_is_slower_here_is_called_so(double before, double after, double ratio, int threads, string sentence)
        => Assert.Equal(sentence, new SpeedComparison(before, after, ratio, threads).ToText("in float32", "ship the float32 file"));
}
