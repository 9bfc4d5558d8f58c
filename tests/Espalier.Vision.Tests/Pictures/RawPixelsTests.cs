using SkiaSharp;

namespace Espalier.Vision.Tests;

/// <summary>Pictures of what applications hold.</summary>
public class RawPixelsTests
{
    private static readonly byte[] Expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Theory]
    [InlineData(PixelFormat.Rgb, 0, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })]
    [InlineData(PixelFormat.Bgr, 0, new byte[] { 3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10 })]
    [InlineData(PixelFormat.Bgr, 8, new byte[] { 3, 2, 1, 6, 5, 4, 0, 0, 9, 8, 7, 12, 11, 10 })]
    [InlineData(PixelFormat.Rgba, 0, new byte[] { 1, 2, 3, 0, 4, 5, 6, 9, 7, 8, 9, 255, 10, 11, 12, 0 })]
    [InlineData(PixelFormat.Bgra, 9, new byte[] { 3, 2, 1, 0, 6, 5, 4, 0, 99, 9, 8, 7, 0, 12, 11, 10, 0 })]
    public void Bytes_of_every_order_and_stride_are_read(PixelFormat format, int stride, byte[] pixels)
        => Assert.Equal(Expected, Picture.FromPixels(pixels, 2, 2, format, stride).Pixels);

    [Fact]
    public void Grey_stands_in_all_channels() =>
        Assert.Equal([7, 7, 7, 9, 9, 9], Picture.FromPixels([7, 99, 9], 1, 2, PixelFormat.Grey, 2).Pixels);

    [Fact]
    public void Tight_pixels_are_kept_and_not_copied() => Assert.Same(Expected, new Picture(2, 2, Expected).Pixels);

    [Fact]
    public void What_is_too_short_is_refused()
    {
        Assert.Contains("2 × 2 pixels as Bgr need 14 bytes, not 13", Assert.Throws<ArgumentException>(() => Picture.FromPixels(new byte[13],
            2, 2, PixelFormat.Bgr, 8)).Message, StringComparison.Ordinal);
        Assert.Contains("a row of 2 pixels has 6 bytes", Assert.Throws<ArgumentOutOfRangeException>(() => Picture.FromPixels(new byte[99],
            2, 2, PixelFormat.Bgr, 5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Picture.FromPixels([], 0, 2, PixelFormat.Rgb));
        Assert.Throws<ArgumentOutOfRangeException>(() => Picture.FromPixels(new byte[9], 1, 1, (PixelFormat)17));
        Assert.Throws<ArgumentException>(() => Picture.FromPixels(new byte[9], int.MaxValue, int.MaxValue, PixelFormat.Bgra));
    }

    [Theory]
    [InlineData(SKColorType.Bgra8888, SKAlphaType.Opaque)]
    [InlineData(SKColorType.Rgba8888, SKAlphaType.Premul)]
    [InlineData(SKColorType.Rgb888x, SKAlphaType.Opaque)]
    [InlineData(SKColorType.RgbaF16, SKAlphaType.Unpremul)]
    public void Bitmaps_of_every_colour_type_are_read(SKColorType type, SKAlphaType alpha)
    {
        using var bitmap = new SKBitmap(3, 2, type, alpha);
        bitmap.Erase(new SKColor(200, 100, 50));
        bitmap.SetPixel(2, 1, new SKColor(10, 20, 30));
        var picture = Picture.FromBitmap(bitmap);

        Assert.Equal((3, 2), (picture.Width, picture.Height));
        Assert.Equal([200, 100, 50, 200, 100, 50, 10, 20, 30], picture.Row(1).ToArray());
    }

    [Fact]
    public void Transparency_of_a_bitmap_is_laid_over_white()
    {
        using var bitmap = new SKBitmap(1, 1, SKColorType.Bgra8888, SKAlphaType.Unpremul);
        bitmap.SetPixel(0, 0, new SKColor(0, 100, 200, 51));

        Assert.Equal([204, 224, 244], Picture.FromBitmap(bitmap).Pixels);
        using var empty = new SKBitmap();
        Assert.Throws<ArgumentException>(() => Picture.FromBitmap(empty));
    }

    [Fact]
    public void Streams_are_read_from_where_they_stand()
    {
        var picture = new Picture(2, 2, Expected);
        var file = PictureWriter.EncodePng(picture);
        using var seen = new MemoryStream();
        seen.Write([1, 2, 3]);
        seen.Write(file);
        seen.Position = 3;
        using var hidden = new MemoryStream(file, writable: false);
        using var piped = new BufferedStream(new MemoryStream(file));

        foreach (var stream in new Stream[] { seen, hidden, piped }) Assert.Equal(Expected, PictureReader.Read(stream).Pixels);
        Assert.Equal("The upload has 9 bytes; at most 8 are accepted.", Assert.Throws<PictureException>(() => PictureReader.Read(
            new BufferedStream(new MemoryStream(new byte[9])), new PictureLimits { MaximumFileBytes = 8 }, "The upload")).Message);
    }

    [Fact]
    public async Task Uploads_are_awaited_from_where_they_stand_to_their_end()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var upload = new Upload([1, 2, 3, .. PictureWriter.EncodePng(new Picture(2, 2, Expected))], chunk: 7);
        await upload.ReadExactlyAsync(new byte[3], cancelled);

        Assert.Equal(Expected, (await PictureReader.ReadAsync(upload, cancellationToken: cancelled)).Pixels);
        using var none = new Upload("no picture"u8.ToArray(), chunk: 4);
        Assert.False((await Assert.ThrowsAsync<PictureException>(() => PictureReader.ReadAsync(none, null, cancelled))).ExceedsLimits);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PictureReader.ReadAsync(none, null, new CancellationToken(true)));
    }

    [Fact]
    public async Task An_upload_is_read_no_further_than_the_limits_allow()
    {
        using var upload = new Upload(new byte[1000], chunk: 5);

        var refused = await Assert.ThrowsAsync<PictureException>(() =>
            PictureReader.ReadAsync(upload, new PictureLimits { MaximumFileBytes = 8 }, TestContext.Current.CancellationToken));

        Assert.Equal(("The picture has 10 bytes; at most 8 are accepted.", true, 10L),
            (refused.Message, refused.ExceedsLimits, upload.Position));
    }

    /// <summary>What a web server hands over: it comes in pieces and refuses to let a thread wait for it.</summary>
    private sealed class Upload(byte[] content, int chunk) : MemoryStream(content)
    {
        private readonly byte[] _content = content;

        public override int Read(byte[] buffer, int offset, int count) => throw Refused();

        public override int Read(Span<byte> buffer) => throw Refused();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = (int)Position;
            var read = Math.Min(Math.Min(chunk, buffer.Length), (int)Length - start);
            _content.AsMemory(start, read).CopyTo(buffer);
            Position += read;
            return ValueTask.FromResult(read);
        }

        private static InvalidOperationException Refused() => new("Synchronous operations are disallowed.");
    }
}
