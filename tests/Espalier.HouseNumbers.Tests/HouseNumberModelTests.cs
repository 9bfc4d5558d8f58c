using System.Security.Cryptography;
using Espalier.Core;
using Espalier.HouseNumbers;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.Tests;

/// <summary>The detector that comes along: both its files read, are small, and are those of which the card speaks.</summary>
public class HouseNumberModelTests
{
    [Theory]
    [InlineData(HouseNumberPrecision.FullPrecision)]
    [InlineData(HouseNumberPrecision.Quantized)]
    public void Each_file_reads_the_pictures_that_come_along(HouseNumberPrecision precision)
    {
        using var reader = HouseNumberReader.Open(HouseNumberModel.Read(precision));
        foreach (var (picture, text) in (ReadOnlySpan<(string, string)>)[("house.jpg", "124"), ("street.jpg", "28")])
        {
            var number = Assert.Single(reader.Read(PictureReader.Read(Repository.PathOf("samples", picture))));
            Assert.Equal((text, true), (number.Text, number.IsAccepted));
        }
    }

    [Fact]
    public void A_reader_needs_no_file()
    {
        using var reader = HouseNumberReader.Open();
        Assert.Equal("124", Assert.Single(reader.Read(Sample())).Text);
    }

    [Fact]
    public void The_int8_file_is_below_a_megabyte() =>
        Assert.InRange(HouseNumberModel.Read(HouseNumberPrecision.Quantized).Length, 100_000, 1_000_000);

    [Theory]
    [InlineData(HouseNumberPrecision.FullPrecision)]
    [InlineData(HouseNumberPrecision.Quantized)]
    public void The_card_names_the_files_by_their_hashes(HouseNumberPrecision precision) =>
        Assert.Contains(Hash(HouseNumberModel.Read(precision)), Card(), StringComparison.Ordinal);

    [Fact]
    public void The_card_names_the_checkpoint_by_its_hash() =>
        Assert.Contains(Hash(File.ReadAllBytes(Repository.PathOf("models", "house-numbers.safetensors"))), Card(),
            StringComparison.Ordinal);

    [Fact]
    public void Whether_bytes_or_floats_are_faster_is_known_from_the_processor()
    {
        Assert.Equal(HouseNumberPrecision.Quantized, HouseNumberModel.Fast(new ProcessorFeatures(512, true, true)));
        Assert.Equal(HouseNumberPrecision.FullPrecision, HouseNumberModel.Fast(new ProcessorFeatures(256, false, false)));
        Assert.Equal(HouseNumberModel.Read(HouseNumberModel.Fastest), HouseNumberModel.Read());
    }

    [Fact]
    public void What_is_not_there_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HouseNumberModel.Read((HouseNumberPrecision)7));

    private static Picture Sample() => PictureReader.Read(Repository.PathOf("samples", "house.jpg"));

    private static string Card() => File.ReadAllText(Repository.PathOf("docs", "house-numbers.md"));

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
