using Espalier.Core;
using Espalier.Tests;

namespace Espalier.Vision.Tests;

public sealed class PictureWriterTests
{
    [Fact]
    public void The_extension_decides_the_format()
    {
        using var folder = new TemporaryFolder();
        var picture = TestPictures.Gradient(20, 30);
        PictureWriter.Write(folder.File("deep", "a.PNG"), picture);
        PictureWriter.Write(folder.File("a.jpg"), picture);
        Assert.Equal(picture.Pixels, PictureReader.Read(folder.File("deep", "a.PNG")).Pixels);
        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(folder.File("a.jpg"))[..2]);
        Assert.Throws<EspalierException>(() => PictureWriter.Write(folder.File("a.gif"), picture));
    }

    [Fact]
    public void An_unwritable_place_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        var exception = Assert.Throws<EspalierException>(() => PictureWriter.Write(folder.File("file", "a.png"), new Picture(1, 1)));
        Assert.StartsWith("Cannot write", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quality_outside_its_range_is_refused()
    {
        Assert.Throws<OptionException>(() => PictureWriter.EncodeJpeg(new Picture(1, 1), 0));
        Assert.Equal("JPEG quality must be within 1…100, but is 101.",
            Assert.Throws<OptionException>(() => PictureWriter.EncodeJpeg(new Picture(1, 1), 101)).Message);
    }
}
