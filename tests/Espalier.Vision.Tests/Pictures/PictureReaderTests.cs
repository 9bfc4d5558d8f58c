using System.Buffers.Binary;
using Espalier.Tests;
using SkiaSharp;

namespace Espalier.Vision.Tests;

public sealed class PictureReaderTests
{
    [Fact]
    public void Lossless_formats_give_back_every_pixel()
    {
        var picture = TestPictures.Noise(37, 23);
        Assert.Equal(picture.Pixels, PictureReader.Read(PictureWriter.EncodePng(picture)).Pixels);
        Assert.Equal(picture.Pixels, PictureReader.Read(TestPictures.Bmp(picture)).Pixels);
        Assert.Equal(picture.Pixels, PictureReader.Read(TestPictures.Webp(picture, SKWebpEncoderCompression.Lossless)).Pixels);
    }

    [Fact]
    public void Lossy_formats_stay_close()
    {
        var picture = TestPictures.Gradient(64, 48);
        Assert.InRange(TestPictures.LargestDifference(picture.Pixels, PictureReader.Read(PictureWriter.EncodeJpeg(picture)).Pixels), 0, 12);
        Assert.InRange(TestPictures.LargestDifference(picture.Pixels,
            PictureReader.Read(TestPictures.Webp(picture, SKWebpEncoderCompression.Lossy)).Pixels), 0, 40);
    }

    [Fact]
    public void Of_managed_memory_decoding_takes_the_picture_alone()
    {
        foreach (var file in (byte[][])[PictureWriter.EncodePng(new Picture(1500, 900)), PictureWriter.EncodeJpeg(new Picture(1500, 900))])
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            PictureReader.Read(file);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 3 * 1500 * 900, 3 * 1500 * 900 + 65_536);
        }
    }

    [Fact]
    public void Size_from_the_header_is_the_size_decoded()
    {
        using var folder = new TemporaryFolder();
        foreach (var (format, bytes) in TestPictures.Files(TestPictures.Noise(61, 17)))
        {
            var path = folder.File("picture");
            File.WriteAllBytes(path, bytes);
            Assert.Equal((format, new PictureSize(61, 17)), (format, PictureReader.ReadSize(path)));
            Assert.Equal((format, new PictureSize(61, 17)), (format, PictureReader.ReadSize(bytes)));
            var picture = PictureReader.Read(path);
            Assert.Equal((format, 61, 17), (format, picture.Width, picture.Height));
        }
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(7, 1, 1)]
    [InlineData(8, 0, 1)]
    public void Orientation_is_applied(int orientation, int right, int bottom)
    {
        // White, then a red corner that is stored at the top left; the arguments say where it must be seen.
        var picture = Picture.Filled(32, 16, 255, 255, 255);
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++) picture.Row(y)[x * 3 + 1] = picture.Row(y)[x * 3 + 2] = 0;
        }

        var (width, height) = orientation >= 5 ? (16, 32) : (32, 16);
        byte[][] files =
        [
            TestPictures.JpegWithOrientation(PictureWriter.EncodeJpeg(picture), orientation, little: true),
            TestPictures.JpegWithOrientation(PictureWriter.EncodeJpeg(picture), orientation, little: false),
            TestPictures.PngWithChunk(PictureWriter.EncodePng(picture), "eXIf", TestPictures.Exif(orientation, little: true)),
        ];
        foreach (var file in files)
        {
            var seen = PictureReader.Read(file);
            Assert.Equal(new PictureSize(width, height), PictureReader.ReadSize(file));
            Assert.Equal((width, height), (seen.Width, seen.Height));
            Assert.InRange(seen.Row(bottom * (height - 1))[right * (width - 1) * 3 + 1], 0, 20);
            Assert.InRange(seen.Row((1 - bottom) * (height - 1))[(1 - right) * (width - 1) * 3 + 1], 235, 255);
            Assert.InRange(seen.Row(bottom * (height - 1))[(1 - right) * (width - 1) * 3 + 1], 235, 255);
            Assert.InRange(seen.Row((1 - bottom) * (height - 1))[right * (width - 1) * 3 + 1], 235, 255);
        }
    }

    [Theory]
    [InlineData(0, 255, 255, 255)]
    [InlineData(51, 204, 214, 224)]
    [InlineData(255, 0, 50, 100)]
    public void Transparency_is_laid_over_white(byte alpha, byte red, byte green, byte blue)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 2, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(new SKColor(0, 50, 100, alpha));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Assert.Equal([red, green, blue], PictureReader.Read(data.ToArray()).Pixels[..3]);
    }

    [Fact]
    public void Grey_pictures_become_three_equal_channels()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Gray8, SKAlphaType.Opaque));
        bitmap.Erase(new SKColor(90, 90, 90));
        using var pixmap = bitmap.PeekPixels();
        using var png = pixmap.Encode(SKPngEncoderOptions.Default);
        using var jpeg = pixmap.Encode(new SKJpegEncoderOptions(100));
        Assert.All(PictureReader.Read(png!.ToArray()).Pixels, level => Assert.Equal(90, level));
        Assert.All(PictureReader.Read(jpeg!.ToArray()).Pixels, level => Assert.InRange(level, 89, 91));
    }

    [Fact]
    public void An_enormous_picture_is_refused_from_its_header_in_one_sentence()
    {
        var bytes = PictureWriter.EncodePng(TestPictures.Noise(4, 4));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), 50_000);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), 50_000);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), TestPictures.Crc(bytes.AsSpan(12, 17)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<PictureException>(() => PictureReader.Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.Equal("The picture is too large: 50000 × 50000 pixels, where at most 50331648 pixels and 32768 a side are accepted.",
            exception.Message);
    }

    [Fact]
    public void Limits_of_the_caller_hold()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.png");
        PictureWriter.Write(path, TestPictures.Noise(20, 10));
        Assert.Throws<PictureException>(() => PictureReader.Read(path, new PictureLimits { MaximumPixels = 199 }));
        Assert.Throws<PictureException>(() => PictureReader.Read(path, new PictureLimits { MaximumSide = 19 }));
        Assert.Throws<PictureException>(() => PictureReader.Read(path, new PictureLimits { MaximumFileBytes = 100 }));
        Assert.Equal(20, PictureReader.Read(path, new PictureLimits { MaximumPixels = 200, MaximumSide = 20 }).Width);
    }

    [Fact]
    public void Files_that_are_no_pictures_are_named()
    {
        using var folder = new TemporaryFolder();
        var missing = folder.File("missing.png");
        Assert.Equal($"There is no file '{missing}'.", Assert.Throws<PictureException>(() => PictureReader.Read(missing)).Message);
        Assert.Equal($"There is no file '{missing}'.", Assert.Throws<PictureException>(() => PictureReader.ReadSize(missing)).Message);
        Assert.Throws<PictureException>(() => PictureReader.Read(folder.Path));
        foreach (
            byte[] content in new byte[][]
            {
                [],
                [1, 2, 3],
                "some text that goes on for a while"u8.ToArray(),
                new byte[5000],
                "RIFFxxxxWAVEfmt and so on and so forth, yes"u8.ToArray(),
            }
        )
        {
            File.WriteAllBytes(missing, content);
            Assert.StartsWith($"'{missing}' is", Assert.Throws<PictureException>(() => PictureReader.Read(missing)).Message,
                StringComparison.Ordinal);
            Assert.Throws<PictureException>(() => PictureReader.ReadSize(missing));
        }
    }

    [Fact]
    public void A_picture_cut_off_anywhere_is_refused_unless_no_pixel_is_missing()
    {
        foreach (var (format, bytes) in TestPictures.Files(TestPictures.Noise(40, 30)))
        {
            var whole = PictureReader.Read(bytes).Pixels;
            for (var length = 0; length < bytes.Length; length += length > bytes.Length - 30 ? 1 : 13)
            {
                try
                {
                    var pixels = PictureReader.Read(bytes.AsSpan(0, length)).Pixels;
                    Assert.True(pixels.AsSpan().SequenceEqual(whole), $"{format} cut to {length} of {bytes.Length} bytes was accepted");
                }
                catch (PictureException)
                {
                    // As it should be.
                }
            }
        }
    }

    [Fact]
    public void Of_several_JPEGs_in_one_file_the_first_is_the_picture()
    {
        // What cameras write as MPO: the other eye's picture, or a preview, behind the first.
        var first = PictureWriter.EncodeJpeg(TestPictures.Gradient(48, 32));
        byte[] both = [.. first, .. PictureWriter.EncodeJpeg(TestPictures.Noise(24, 16))];

        Assert.Equal(PictureReader.Read(first).Pixels, PictureReader.Read(both).Pixels);
    }

    [Fact]
    public void A_JPEG_whose_end_was_never_written_is_refused()
    {
        var bytes = PictureWriter.EncodeJpeg(TestPictures.Noise(64, 64));
        bytes.AsSpan(bytes.Length / 2).Clear();
        Assert.Contains("cut off", Assert.Throws<PictureException>(() => PictureReader.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jpeg_that_is_cut_off_anywhere_is_named()
    {
        var whole = PictureWriter.EncodeJpeg(TestPictures.Noise(24, 16));
        for (var length = 8; length < whole.Length; length++)
        {
            var message = Assert.Throws<PictureException>(() => PictureReader.Read(whole.AsSpan(0, length), name: "'house.jpg'")).Message;
            Assert.StartsWith("'house.jpg' is ", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mutated_files_give_a_picture_or_a_PictureException()
    {
        var random = new Random(20_240);
        var files = TestPictures.Files(TestPictures.Noise(24, 16))
            .Append(("JPEG with EXIF", TestPictures.JpegWithOrientation(PictureWriter.EncodeJpeg(TestPictures.Gradient(24, 16)),
                6, little: true))).ToArray();
        var limits = new PictureLimits { MaximumPixels = 1_000_000 };
        for (var round = 0; round < 3000; round++)
        {
            var bytes = (byte[])files[round % files.Length].Item2.Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                // Half of the mutations hit the header, where the structure is.
                bytes[random.Next(random.Next(2) == 0 ? Math.Min(64, bytes.Length) : bytes.Length)] = (byte)random.Next(256);
            }

            var part = bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length);
            try
            {
                var size = PictureReader.ReadSize(part);
                var picture = PictureReader.Read(part, limits);
                Assert.Equal(size, new PictureSize(picture.Width, picture.Height));
            }
            catch (PictureException)
            {
                // The one exception that callers have to know.
            }
        }
    }

    [Fact]
    public void The_photos_of_SVHN_are_read()
    {
        var folder = SharedMaterial.Require("data", "svhn", "photos");
        foreach (var path in Directory.EnumerateFiles(folder, "*.png").Take(40))
        {
            var picture = PictureReader.Read(path);
            using var expected = SKBitmap.Decode(path);
            Assert.Equal(new PictureSize(expected.Width, expected.Height), PictureReader.ReadSize(path));
            var middle = expected.GetPixel(expected.Width / 2, expected.Height / 2);
            Assert.Equal([middle.Red, middle.Green, middle.Blue], picture.Row(expected.Height / 2)
                .Slice(expected.Width / 2 * 3, 3).ToArray());
        }
    }
}
