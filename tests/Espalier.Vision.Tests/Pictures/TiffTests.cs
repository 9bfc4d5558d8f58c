using BitMiracle.LibTiff.Classic;

namespace Espalier.Vision.Tests;

public class TiffTests
{
    [Theory]
    [InlineData(Compression.NONE, "w")]
    [InlineData(Compression.LZW, "w")]
    [InlineData(Compression.ADOBE_DEFLATE, "w")]
    [InlineData(Compression.PACKBITS, "wb")]
    public void Pixels_come_back_whatever_compression_and_byte_order(Compression compression, string mode)
    {
        var pixels = Pixels(7, 5, 3);

        var picture = PictureReader.Read(Write(7, 5, 3, pixels, Photometric.RGB, mode,
            tiff => tiff.SetField(TiffTag.COMPRESSION, compression)));

        Assert.Equal((7, 5), (picture.Width, picture.Height));
        Assert.Equal(pixels, picture.Pixels);
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        var picture = PictureReader.Read(Write(2, 1, 1, [10, 200], Photometric.MINISBLACK));
        Assert.Equal([10, 10, 10, 200, 200, 200], picture.Pixels);
    }

    [Fact]
    public void Transparency_is_laid_over_white()
    {
        var picture = PictureReader.Read(Write(2, 1, 4, [100, 50, 0, 255, 0, 0, 0, 0], Photometric.RGB,
            prepare: tiff => tiff.SetField(TiffTag.EXTRASAMPLES, 1, new short[] { (short)ExtraSample.UNASSALPHA })));
        Assert.Equal([100, 50, 0, 255, 255, 255], picture.Pixels);
    }

    [Fact]
    public void Four_inks_become_rgb()
    {
        var picture = PictureReader.Read(Write(2, 1, 4, [0, 0, 0, 0, 255, 0, 0, 0], Photometric.SEPARATED,
            prepare: tiff => tiff.SetField(TiffTag.INKSET, InkSet.CMYK)));
        Assert.Equal([255, 255, 255, 0, 255, 255], picture.Pixels);
    }

    [Fact]
    public void The_orientation_is_applied_and_the_header_agrees()
    {
        var bytes = Write(2, 1, 1, [10, 200], Photometric.MINISBLACK,
            prepare: tiff => tiff.SetField(TiffTag.ORIENTATION, BitMiracle.LibTiff.Classic.Orientation.RIGHTTOP));

        var picture = PictureReader.Read(bytes);

        Assert.Equal((1, 2), (picture.Width, picture.Height));
        Assert.Equal([10, 10, 10, 200, 200, 200], picture.Pixels);
        Assert.Equal(new PictureSize(1, 2), PictureReader.ReadSize(bytes));
    }

    [Fact]
    public void An_entry_that_claims_more_values_than_there_are_bytes_is_refused_before_room_is_made_for_them()
    {
        var bytes = Write(2, 1, 1, [10, 200], Photometric.MINISBLACK);
        var first = BitConverter.ToInt32(bytes, 4) + 2;
        BitConverter.TryWriteBytes(bytes.AsSpan(first + 4), 500_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("its directory makes no sense", Assert.Throws<PictureException>(() => PictureReader.Read(bytes)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_part_that_claims_more_bytes_than_the_file_has_is_refused_before_room_is_made_for_them()
    {
        var bytes = Write(2, 1, 1, [10, 200], Photometric.MINISBLACK,
            prepare: tiff => tiff.SetField(TiffTag.COMPRESSION, Compression.LZW));
        var (directory, entry) = (BitConverter.ToInt32(bytes, 4), 12);
        var counts = Enumerable.Range(0, BitConverter.ToInt16(bytes, directory)).Select(index => directory + 2 + (index * entry))
            .Single(place => BitConverter.ToInt16(bytes, place) == (int)TiffTag.STRIPBYTECOUNTS);
        BitConverter.TryWriteBytes(bytes.AsSpan(counts + 2), (short)TiffType.LONG);
        BitConverter.TryWriteBytes(bytes.AsSpan(counts + 8), 2_105_344_004);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("a part of the picture is missing", Assert.Throws<PictureException>(() => PictureReader.Read(bytes)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void Damaged_bytes_give_a_sentence_or_a_picture_and_nothing_else()
    {
        var whole = Write(16, 12, 3, Pixels(16, 12, 3), Photometric.RGB,
            prepare: tiff => tiff.SetField(TiffTag.COMPRESSION, Compression.LZW));
        var random = new Random(5);
        for (var round = 0; round < 400; round++)
        {
            var bytes = round % 4 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            for (var i = 0; i < 3 && bytes.Length > 0; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                PictureReader.Read(bytes);
            }
            catch (PictureException exception)
            {
                Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_cut_off_file_is_refused()
    {
        var whole = Write(64, 48, 3, Pixels(64, 48, 3), Photometric.RGB);

        Assert.Throws<PictureException>(() => PictureReader.Read(whole.AsSpan(0, whole.Length / 2)));
    }

    private static byte[] Pixels(int width, int height, int channels)
    {
        var pixels = new byte[width * height * channels];
        new Random(3).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Write(int width, int height, int channels, byte[] pixels, Photometric photometric, string mode = "w",
        Action<Tiff>? prepare = null)
    {
        var stream = new MemoryStream();
        using (var tiff = Tiff.ClientOpen("test", mode, stream, new TiffStream()))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, width);
            tiff.SetField(TiffTag.IMAGELENGTH, height);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, channels);
            tiff.SetField(TiffTag.BITSPERSAMPLE, 8);
            tiff.SetField(TiffTag.PHOTOMETRIC, photometric);
            tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
            tiff.SetField(TiffTag.ROWSPERSTRIP, height);
            prepare?.Invoke(tiff);
            for (var row = 0; row < height; row++)
                tiff.WriteScanline(pixels[(row * width * channels)..((row + 1) * width * channels)], row);
            tiff.WriteDirectory();
        }

        return stream.ToArray();
    }
}
