namespace Espalier.Vision.Tests;

public sealed class ResamplingTests
{
    [Theory]
    [InlineData(50, 40, 80, 64)]
    [InlineData(100, 47, 160, 75)]
    [InlineData(97, 61, 31, 17)]
    [InlineData(640, 5, 33, 9)]
    [InlineData(1, 1, 7, 5)]
    [InlineData(2, 9, 1, 1)]
    public void Bilinear_agrees_with_the_formula_in_doubles(int width, int height, int newWidth, int newHeight)
    {
        var picture = TestPictures.Noise(width, height);
        var resized = Resampling.Resize(picture, newWidth, newHeight);
        var expected = new byte[newWidth * newHeight * 3];
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    expected[(y * newWidth + x) * 3 + channel] =
                        (byte)Math.Round(At(picture, (x + 0.5) * width / newWidth - 0.5, (y + 0.5) * height / newHeight - 0.5, channel));
                }
            }
        }

        Assert.InRange(TestPictures.LargestDifference(expected, resized.Pixels), 0, 1);
    }

    [Theory]
    [InlineData(50, 40, 25, 10)]
    [InlineData(97, 61, 31, 17)]
    [InlineData(64, 64, 63, 63)]
    [InlineData(5, 3, 1, 1)]
    public void Area_is_the_average_of_what_a_pixel_covers(int width, int height, int newWidth, int newHeight)
    {
        var picture = TestPictures.Noise(width, height);
        var resized = Resampling.Resize(picture, newWidth, newHeight, ResizeFilter.Area);
        var expected = new byte[newWidth * newHeight * 3];
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    expected[(y * newWidth + x) * 3 + channel] =
                        (byte)Math.Round(Average(picture, (double)width / newWidth, (double)height / newHeight, x, y, channel));
                }
            }
        }

        Assert.InRange(TestPictures.LargestDifference(expected, resized.Pixels), 0, 1);
    }

    [Theory]
    [InlineData(101, 47, 160, 75)]
    [InlineData(211, 99, 97, 31)]
    public void Vectorized_passes_equal_plain_ones(int width, int height, int newWidth, int newHeight)
    {
        var picture = TestPictures.Noise(width, height);
        var vectorized = new byte[newWidth * newHeight * 3];
        var plain = new byte[newWidth * newHeight * 3];
        BilinearResampler.Resize(picture, newWidth, newHeight, vectorized, newWidth * 3, vectorized: true);
        BilinearResampler.Resize(picture, newWidth, newHeight, plain, newWidth * 3, vectorized: false);
        Assert.Equal(plain, vectorized);
        AreaResampler.Resize(picture, newWidth, newHeight, vectorized, newWidth * 3, vectorized: true);
        AreaResampler.Resize(picture, newWidth, newHeight, plain, newWidth * 3, vectorized: false);
        Assert.Equal(plain, vectorized);
    }

    [Fact]
    public void Halving_by_area_averages_blocks_exactly()
    {
        var picture = new Picture(2, 2, [10, 0, 255, 20, 0, 255, 30, 1, 255, 41, 1, 255]);
        Assert.Equal([25, 1, 255], Resampling.Resize(picture, 1, 1, ResizeFilter.Area).Pixels);
    }

    [Theory]
    [InlineData(ResizeFilter.Bilinear)]
    [InlineData(ResizeFilter.Area)]
    public void One_colour_stays_and_the_same_size_is_a_copy(ResizeFilter filter)
    {
        Assert.All(Resampling.Resize(Picture.Filled(33, 21, 200, 200, 200), 17, 50, filter).Pixels, level => Assert.Equal(200, level));
        var picture = TestPictures.Noise(9, 9);
        var copy = Resampling.Resize(picture, 9, 9, filter);
        Assert.Equal(picture.Pixels, copy.Pixels);
        Assert.NotSame(picture.Pixels, copy.Pixels);
    }

    [Fact]
    public void Enlarging_by_area_is_bilinear()
    {
        var picture = TestPictures.Noise(9, 11);
        Assert.Equal(Resampling.Resize(picture, 21, 30).Pixels, Resampling.Resize(picture, 21, 30, ResizeFilter.Area).Pixels);
    }

    private static double At(Picture picture, double x, double y, int channel)
    {
        var left = (int)Math.Floor(x);
        var top = (int)Math.Floor(y);
        var (dx, dy) = (x - left, y - top);
        return Level(left, top) * (1 - dx) * (1 - dy) + Level(left + 1, top) * dx * (1 - dy) + Level(left, top + 1) * (1 - dx) * dy
            + Level(left + 1, top + 1) * dx * dy;

        double Level(int column, int row) =>
            picture.Row(Math.Clamp(row, 0, picture.Height - 1))[Math.Clamp(column, 0, picture.Width - 1) * 3 + channel];
    }

    private static double Average(Picture picture, double scaleX, double scaleY, int x, int y, int channel)
    {
        double sum = 0;
        for (var row = 0; row < picture.Height; row++)
        {
            var covered = Math.Min((y + 1) * scaleY, row + 1) - Math.Max(y * scaleY, row);
            if (covered <= 0) continue;
            for (var column = 0; column < picture.Width; column++)
            {
                var across = Math.Min((x + 1) * scaleX, column + 1) - Math.Max(x * scaleX, column);
                if (across > 0) sum += covered * across * picture.Row(row)[column * 3 + channel];
            }
        }

        return sum / (scaleX * scaleY);
    }
}
