using Espalier.Core;
using Espalier.Networks;
using Espalier.Vision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime.Tests;

/// <summary>What an application may do to a detector: close it while it works, hand it long lists, choose what computes it, get it as a
/// service.</summary>
public sealed class ApplicationTests
{
    private static readonly byte[] Free = OnnxEmission.Emit(Emitted.Checkpoint("yolov5n", imageSize: 96)).ToBytes();

    [Fact]
    public async Task Closing_waits_for_the_calls_under_way_and_later_ones_are_told()
    {
        for (var round = 0; round < 8; round++)
        {
            var detector = Detector.Open(Free, new DetectorOptions { Threads = 1, Spinning = false });
            using var started = new CountdownEvent(4);
            var (done, refused) = (0, 0);
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                detector.Detect(new Picture(96, 96));
                started.Signal();
                try
                {
                    while (true)
                    {
                        detector.Detect([new Picture(96, 60), new Picture(50, 96)]);
                        Interlocked.Increment(ref done);
                    }
                }
                catch (ObjectDisposedException)
                {
                    Interlocked.Increment(ref refused);
                }
            })).ToArray();
            started.Wait(TestContext.Current.CancellationToken);
            await Task.WhenAll(Closing(), Closing());

            await Task.WhenAll(callers);
            Assert.Equal(4, refused);
            detector.Dispose();
            Assert.Throws<ObjectDisposedException>(() => detector.Detect(new Picture(96, 96)));
            Assert.Throws<ObjectDisposedException>(() => detector.Detect(Array.Empty<Picture>()));

            Task Closing() => Task.Run(detector.Dispose, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void A_call_that_fails_keeps_nothing_open()
    {
        var detector = Detector.Open(Free);
        Assert.Throws<ArgumentNullException>(() => detector.Detect(new Picture[] { null! }));

        detector.Dispose();
    }

    [Theory]
    [InlineData(null, 7)]
    [InlineData(3, 3)]
    [InlineData(1, 1)]
    public void Lists_go_in_calls_of_bounded_size(int? most, int expected)
    {
        var network = OnnxNetwork.Open(Free);
        using var detector = Detector.Over(network, new DetectorOptions { MostAtOnce = most });
        var found = detector.Detect([.. Enumerable.Range(0, 7).Select(index => new Picture(90 + index, 96))]);

        Assert.Equal(7, found.Length);
        using var call = network.Enter();
        using var rented = network.Rent(expected, 96, 96);
        Assert.True(rented.Buffers.Output.Length > 0, "no call of that size came before");
    }

    [Theory]
    [InlineData(640, 640, 1)]
    [InlineData(160, 160, 27)]
    [InlineData(4096, 4096, 1)]
    [InlineData(32, 32, 682)]
    public void By_default_a_call_takes_what_memory_leaves_room_for(int height, int width, int pictures) =>
        Assert.Equal(pictures, Detector.AtOnce(height, width));

    [Fact]
    public void Options_of_the_application_reach_the_session()
    {
        SessionOptions? seen = null;
        using var detector = Detector.Open(Free,
            new DetectorOptions { Threads = 1, ConfigureSession = options => (seen = options).LogId = "application" });

        Assert.NotNull(seen);
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda, "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData(ExecutionProvider.TensorRt, "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData(ExecutionProvider.DirectMl, "Microsoft.ML.OnnxRuntime.DirectML")]
    [InlineData(ExecutionProvider.OpenVino, "Intel.ML.OnnxRuntime.OpenVino")]
    public void A_provider_that_is_not_there_is_one_sentence(ExecutionProvider provider, string package)
    {
        var present = OrtEnv.Instance().GetAvailableProviders();
        var others = string.Join(" and ", present.Select(name => name.Replace("ExecutionProvider", "", StringComparison.Ordinal)));
        Assert.Equal(
            $"This application's ONNX Runtime has no {provider}, only {others}; {package} brings it.",
            Assert.Throws<EspalierException>(() => Detector.Open(Free, new DetectorOptions { Provider = provider })).Message);
    }

    [Fact]
    public void A_reader_opens_bytes()
    {
        using var reader = HouseNumberReader.Open(Free);

        Assert.Equal(10, reader.ClassNames.Count);
    }

    [Fact]
    public void Detector_and_reader_are_services_that_are_closed_with_the_application()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "digits.onnx");
        try
        {
            File.WriteAllBytes(path, Free);
            Detector detector;
            using (var services = new ServiceCollection()
                .AddEspalierDetector(path, new DetectorOptions { Threads = 1 })
                .AddHouseNumberReader(_ => HouseNumberReader.Open(Free))
                .BuildServiceProvider())
            {
                detector = services.GetRequiredService<Detector>();
                Assert.Same(detector, services.GetRequiredService<IPictureDetector>());
                Assert.NotNull(services.GetRequiredService<HouseNumberReader>());
            }

            Assert.Throws<ObjectDisposedException>(() => detector.Detect(new Picture(9, 9)));
            using var named = new ServiceCollection().AddHouseNumberReader(path).BuildServiceProvider();
            Assert.Same(named.GetRequiredService<HouseNumberReader>(), named.GetRequiredService<HouseNumberReader>());
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
