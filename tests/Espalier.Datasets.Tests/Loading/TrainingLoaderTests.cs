using System.Globalization;
using Espalier.Core;
using Espalier.Datasets.Loading;
using Espalier.Datasets.Photos;
using Espalier.Vision;
#pragma warning disable xUnit1051 // The token is for consumers that wait; these tests wait for nothing.

namespace Espalier.Datasets.Tests;

public sealed class TrainingLoaderTests
{
    private static readonly LoaderOptions Options = new()
    {
        ImageSize = 64,
        BatchSize = 4,
        Workers = 2,
        PrefetchBatches = 2,
        Seed = 5,
        Augmentation = AugmentationOptions.ForDigits with { MixUp = .3 },
    };

    [Fact]
    public void Batches_are_the_same_byte_for_byte_whatever_the_number_of_workers()
    {
        var expected = Fingerprint(Loader(Options with { Workers = 0 }).Epoch(3));
        foreach (var workers in new[] { 1, 2, 4 })
        {
            Assert.Equal(expected, Fingerprint(Loader(Options with { Workers = workers }).Epoch(3)));
            Assert.Equal(expected, Fingerprint(Loader(Options with { Workers = workers, CacheLimitBytes = 0 }).Epoch(3)));
        }
    }

    [Fact]
    public void Seeds_and_epochs_change_order_and_augmentation_and_nothing_before_does()
    {
        var loader = Loader(Options);
        var second = Fingerprint(loader.Epoch(1));
        Assert.NotEqual(second, Fingerprint(loader.Epoch(0)));
        Assert.NotEqual(second, Fingerprint(Loader(Options with { Seed = 6 }).Epoch(1)));
        Assert.Equal(second, Fingerprint(loader.Epoch(1)));
    }

    [Fact]
    public void An_epoch_entered_in_the_middle_goes_on_as_if_it_had_not_been_left()
    {
        var loader = Loader(Options);
        Assert.Equal(Fingerprint(loader.Epoch(2)).Skip(3), Fingerprint(loader.Epoch(2, firstBatch: 3)));
        Assert.Empty(loader.Epoch(2, firstBatch: loader.BatchCount));
    }

    [Fact]
    public void Every_photo_leads_one_picture_and_the_last_batch_is_smaller()
    {
        var loader = Loader(Options, photos: 22);
        var batches = loader.Epoch(0).Select(batch => (batch.Count, Paths: batch.Sources.Select(source => source.Path).ToArray())).ToList();
        Assert.Equal(6, loader.BatchCount);
        Assert.Equal([4, 4, 4, 4, 4, 2], batches.Select(batch => batch.Count));
        Assert.Equal(22, batches.SelectMany(batch => batch.Paths).Distinct().Count());
    }

    [Fact]
    public void Targets_are_ordered_by_picture_and_lie_within_it()
    {
        foreach (var batch in Loader(Options).Epoch(0))
        {
            Assert.Equal(batch.Targets.Select(target => target.Image).Order(), batch.Targets.Select(target => target.Image));
            Assert.All(batch.Targets, target =>
            {
                Assert.InRange(target.X - target.Width / 2, -1e-6, 1);
                Assert.InRange(target.Y + target.Height / 2, 0, 1 + 1e-6);
                Assert.InRange(target.Class, 0, 9);
            });
        }
    }

    [Fact]
    public void Multi_scale_gives_each_batch_a_multiple_of_the_stride_within_half()
    {
        var loader = Loader(Options with { ImageSize = 128, MultiScale = true }, photos: 200);
        var sizes = Enumerable.Range(0, loader.BatchCount).Select(batch => loader.SizeOf(0, batch)).ToList();
        Assert.Equal([64, 96, 128, 160, 192], sizes.Distinct().Order());
        Assert.Equal(sizes, loader.Epoch(0).Select(batch => batch.Width));
    }

    [Fact]
    public void Weights_draw_photos_with_replacement_in_proportion()
    {
        const int Photos = 400;
        var weights = Enumerable.Range(0, Photos).Select(i => i < 100 ? 3.0 : i < 200 ? 0 : 1).ToArray();
        var loader = Loader(Options with { Augmentation = AugmentationOptions.None, BatchSize = 50 }, Photos);
        var drawn = loader.Epoch(0, weights: weights)
            .SelectMany(batch => batch.Sources.Select(source => int.Parse(source.Path, CultureInfo.InvariantCulture))).ToList();
        Assert.Equal(Photos, drawn.Count);
        Assert.InRange(drawn.Count(i => i < 100), 200, 280); // expected 240 of 400, standard deviation 10
        Assert.DoesNotContain(drawn, i => i is >= 100 and < 200);
    }

    [Fact]
    public void Unusable_weights_are_refused_in_one_sentence()
    {
        var loader = Loader(Options, photos: 3);
        Assert.Throws<EspalierException>(() => loader.Epoch(0, weights: [1, 1]));
        Assert.Throws<EspalierException>(() => loader.Epoch(0, weights: [0, 0, 0]));
        Assert.Throws<EspalierException>(() => loader.Epoch(0, weights: [1, double.NaN, 1]));
    }

    [Fact]
    public void A_photo_that_does_not_decode_is_reported_once_and_the_next_one_takes_its_place()
    {
        var (dataset, decode) = SamplePictures.Dataset(10);
        var problems = new List<DatasetProblem>();
        var options = Options with { Augmentation = AugmentationOptions.None };
        var loader = new TrainingLoader(dataset, options, problems.Add, Spoiled);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var paths = loader.Epoch(epoch).SelectMany(batch => batch.Sources.Select(source => source.Path)).ToList();
            Assert.Equal(10, paths.Count);
            Assert.Equal(2, paths.Count(path => path == "0004"));
            Assert.Equal(2, paths.Count(path => path == "0000")); // the search goes round
            Assert.DoesNotContain("0003", paths);
        }

        Assert.Equal(["0003", "0009"], problems.Select(problem => problem.Path).Order());
        Assert.All(problems, problem => Assert.True(problem.PhotoSkipped));

        Picture Spoiled(string path) => path switch
        {
            "0003" => throw new PictureException("0003 is cut off."),
            "0009" => new Picture(3, 3), // not the size that was scanned
            _ => decode(path),
        };
    }

    [Fact]
    public void Where_no_photo_decodes_the_consumer_gets_one_sentence()
    {
        var (dataset, _) = SamplePictures.Dataset(6);
        var loader = new TrainingLoader(dataset, Options, decode: path => throw new PictureException($"{path} is cut off."));
        var error = Assert.Throws<EspalierException>(() => loader.Epoch(0).Count());
        Assert.Equal("None of the data set's 6 photos can be decoded.", error.Message);
    }

    [Fact]
    public void A_failure_of_a_worker_surfaces_in_the_consumer()
    {
        var (dataset, _) = SamplePictures.Dataset(6);
        var loader = new TrainingLoader(dataset, Options, decode: _ => throw new InvalidOperationException("a bug"));
        var error = Assert.Throws<EspalierException>(() => loader.Epoch(0).Count());
        Assert.Contains("a bug", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public void A_consumer_that_leaves_early_leaves_no_thread_behind()
    {
        var alive = new HashSet<Thread>();
        var (dataset, decode) = SamplePictures.Dataset(40);
        var loader = new TrainingLoader(dataset, Options with { Workers = 4, CacheLimitBytes = 0 }, decode: Watched);
        foreach (var _ in loader.Epoch(0)) break;
        foreach (var _ in loader.Epoch(1)) break;
        Assert.NotEmpty(alive);
        Assert.All(alive, thread => Assert.False(thread.IsAlive));

        Picture Watched(string path)
        {
            lock (alive) alive.Add(Thread.CurrentThread);
            return decode(path);
        }
    }

    [Fact]
    public void No_more_batches_are_prepared_than_were_asked_for_ahead()
    {
        var (dataset, decode) = SamplePictures.Dataset(80);
        var decoded = 0;
        var options = Options with { BatchSize = 1, PrefetchBatches = 3, Augmentation = AugmentationOptions.None, CacheLimitBytes = 0 };
        var loader = new TrainingLoader(dataset, options, decode: path =>
        {
            Interlocked.Increment(ref decoded);
            return decode(path);
        });
        using var batches = loader.Epoch(0).GetEnumerator();
        Assert.True(batches.MoveNext());
        SpinWait.SpinUntil(() => Volatile.Read(ref decoded) > 4, 200);
        Assert.Equal(4, Volatile.Read(ref decoded));
    }

    [Fact]
    public void Buffers_are_used_again_instead_of_allocated()
    {
        var buffers = new HashSet<byte[]>();
        var loader = Loader(Options, photos: 60);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var batch in loader.Epoch(epoch)) buffers.Add(batch.Pixels);
        }

        Assert.InRange(buffers.Count, 1, Options.PrefetchBatches + 1);
    }

    [Fact]
    public void Cancelling_ends_the_wait()
    {
        var (dataset, decode) = SamplePictures.Dataset(8);
        using var cancellation = new CancellationTokenSource();
        using var blocked = new ManualResetEventSlim();
        var loader = new TrainingLoader(dataset, Options with { Workers = 1 }, decode: path =>
        {
            cancellation.Cancel();
            blocked.Wait(100, CancellationToken.None);
            return decode(path);
        });
        Assert.ThrowsAny<OperationCanceledException>(() => loader.Epoch(0, cancellationToken: cancellation.Token).Count());
    }

    [Fact]
    public void Photos_beyond_the_caches_limit_are_decoded_again()
    {
        var (dataset, decode) = SamplePictures.Dataset(10);
        var photo = new PhotoCache(dataset.Entries, PhotoSource.Create(decode, ResizeFilter.Bilinear, null), (64, 64), 30_000);
        for (var i = 0; i < 10; i++) Assert.True(photo.TryGet(i, out _));
        Assert.InRange(photo.KeptBytes, 15_000, 30_000);
    }

    private static TrainingLoader Loader(LoaderOptions options, int photos = 30)
    {
        var (dataset, decode) = SamplePictures.Dataset(photos);
        return new TrainingLoader(dataset, options, decode: decode);
    }

    private static List<string> Fingerprint(IEnumerable<Batch> batches) => [.. batches.Select(batch =>
    {
        var pixels = batch.Pixels.AsSpan(0, batch.Count * batch.Height * batch.Width * 3);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(pixels))
            + string.Join(';', batch.Targets) + string.Join(';', batch.Sources.Select(source => source.Path));
    })];
}
