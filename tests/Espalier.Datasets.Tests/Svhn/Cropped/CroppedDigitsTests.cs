using Espalier.Core;
using Espalier.Datasets.Matlab5;
using Espalier.Datasets.Svhn.Cropped;
using Espalier.Vision;

namespace Espalier.Tests.Svhn.Cropped;

/// <summary>Tests that look at the memory of the whole process: they run when no other test does.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public class AloneInTheProcess;

[Collection(nameof(AloneInTheProcess))]
public class CroppedDigitsTests
{
    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    public void Pictures_and_digits_come_back_as_written(bool compress, bool bigEndian, bool labelsAsDoubles)
    {
        var pictures = Pictures(7);
        int[] digits = [0, 1, 2, 9, 0, 5, 6];

        using var file = CroppedDigits.Open(new MemoryStream(Bytes(pictures, digits, compress, bigEndian, labelsAsDoubles)), "test.mat");

        Assert.Equal(digits, file.Digits.Select(digit => (int)digit));
        var read = file.Read().ToList();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], read.Select(crop => crop.Number));
        Assert.Equal(digits, read.Select(crop => crop.Digit));
        for (var i = 0; i < 7; i++) Assert.Equal(pictures[i].Pixels, read[i].Picture.Pixels);

        // A second reading begins anew.
        Assert.Equal(pictures[0].Pixels, file.Read().First().Picture.Pixels);
    }

    [Fact]
    public void Columns_are_stored_first_as_matlab_does()
    {
        var picture = new Picture(32, 32);
        picture.Row(3)[5 * 3 + 1] = 200; // Row 3, column 5, green.
        var bytes = Bytes([picture], [4], compress: false);

        var position = bytes.AsSpan().LastIndexOf((byte)200);
        var blank = Bytes([new Picture(32, 32)], [4], compress: false);
        var first = Enumerable.Range(0, bytes.Length).Single(i => bytes[i] != blank[i]);
        Assert.Equal(position, first);
        var pixelsBegin = bytes.AsSpan().IndexOf("X"u8) + 4 + 8;
        Assert.Equal(32 * 32 + 5 * 32 + 3, position - pixelsBegin);
    }

    [Fact]
    public void One_picture_without_a_last_dimension_is_one_picture()
    {
        using var stream = new MemoryStream();
        var writer = new Matlab5Writer(stream);
        writer.Write("y", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [1, 1], [10]);
        writer.Write("X", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [32, 32, 3], new byte[3072]);

        using var file = CroppedDigits.Open(new MemoryStream(stream.ToArray()), "test.mat");

        Assert.Equal(0, Assert.Single(file.Read()).Digit);
    }

    [Fact]
    public void What_a_file_promises_costs_nothing_before_it_is_there()
    {
        // Four gigabytes of zeros promised by a head, and nothing behind it.
        using var stream = new MemoryStream();
        var writer = new Matlab5Writer(stream);
        writer.Write("X", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [32, 32, 3, 1_300_000], []);
        writer.Write("y", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [1_300_000, 1], new byte[10]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<Matlab5Exception>(() => CroppedDigits.Open(new MemoryStream(stream.ToArray()), "bomb.mat"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Twenty_thousand_pictures_pass_through_the_memory_of_a_few()
    {
        // All black, so that the file is small: a bomb by its ratio, a file by its right.
        const int count = 20_000;
        using var stream = new MemoryStream();
        var writer = new Matlab5Writer(stream);
        writer.Write("X", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [32, 32, 3, count], new byte[count * 3072]);
        writer.Write("y", Matlab5Variable.UInt8Class, Matlab5Type.UInt8, [count, 1], Enumerable.Repeat((byte)1, count).ToArray());
        using var file = CroppedDigits.Open(new MemoryStream(stream.ToArray()), "black.mat");
        GC.Collect();
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        foreach (var crop in file.Read())
        {
            if (crop.Number % 5000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - held);
        }

        Assert.InRange(most, long.MinValue, 4 << 20);
    }

    [Fact]
    public void A_missing_file_is_said() =>
        Assert.StartsWith("There is no file", Assert.Throws<Matlab5Exception>(() => CroppedDigits.Open("none.mat")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Files_of_another_kind_are_refused_with_the_reason()
    {
        Assert.Contains("its head alone takes 128", Refusal([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("IM or MI", Refusal(new byte[200]), StringComparison.Ordinal);
        Assert.Contains("version 7.3", Refusal([.. "MATLAB 7.3 MAT-file"u8, .. new byte[600]]), StringComparison.Ordinal);
        Assert.Contains("no numeric array X", Refusal(Written(_ => { })), StringComparison.Ordinal);
        Assert.Contains("not 32 × 32 × 3 × N", Refusal(Written(writer => writer.Write("X", 9, Matlab5Type.UInt8, [2, 2], [1, 2, 3, 4]))),
            StringComparison.Ordinal);
        Assert.Contains("does not hold bytes", Refusal(Written(writer => writer.Write("X", 6, Matlab5Type.Double, [1, 1], new byte[8]))),
            StringComparison.Ordinal);
        Assert.Contains("1 pictures but 2 labels", Refusal(Bytes([new Picture(32, 32)], [1, 2])), StringComparison.Ordinal);
        Assert.Contains("the label of picture 1 is 77", Refusal(Bytes([new Picture(32, 32)], [77])), StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_noticed_by_the_last_picture()
    {
        var bytes = Bytes(Pictures(3), [1, 2, 3]);
        for (var cut = 1; cut < 200; cut += 7) Assert.Throws<Matlab5Exception>(() => ReadAll(bytes[..^cut]));
        var flipped = 0;
        for (var at = 160; at < bytes.Length - 150; at += 97)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0x10;
            try
            {
                ReadAll(damaged);
            }
            catch (Matlab5Exception)
            {
                flipped++;
            }
        }

        Assert.Equal((bytes.Length - 150 - 160 + 96) / 97, flipped);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Ten_thousand_damaged_files_give_pictures_or_the_one_exception(int seed, bool compress)
    {
        var plain = Pictures(2);
        foreach (var picture in plain) picture.Pixels.AsSpan(600).Clear();
        var original = Bytes(plain, [3, 0], compress);
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = random.Next(8) == 0 ? original[..random.Next(original.Length)] : (byte[])original.Clone();
            for (var change = 1 << random.Next(6); change > 0 && bytes.Length > 0; change--)
            {
                // Heads are where damage does harm.
                var at = random.Next(2) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(bytes.Length, 220));
                bytes[at] = random.Next(3) switch
                {
                    0 => 0xFF,
                    1 => (byte)(bytes[at] ^ (1 << random.Next(8))),
                    _ => (byte)random.Next(256),
                };
            }

            try
            {
                ReadAll(bytes);
            }
            catch (Matlab5Exception)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 3000, 10_000);
    }

    [Fact]
    public void A_folder_of_crops_has_a_folder_a_digit_and_a_table_and_appears_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var pictures = Pictures(4);
        var bytes = Bytes(pictures, [0, 7, 7, 1]);
        File.WriteAllBytes(folder.File("train_32x32.mat"), bytes);
        File.WriteAllBytes(folder.File("cut_32x32.mat"), bytes[..200]);

        var counts = CropFolder.Write(folder.File("train_32x32.mat"), folder.File("crops"),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 2, 0, 0], counts);
        Assert.Equal(
            "file,digit\n0/train_32x32_000001.png,0\n7/train_32x32_000002.png,7\n7/train_32x32_000003.png,7\n1/train_32x32_000004.png,1\n",
            File.ReadAllText(folder.File("crops", "labels.csv"))
        );
        Assert.Equal(pictures[2].Pixels, PictureReader.Read(folder.File("crops", "7", "train_32x32_000003.png")).Pixels);
        Assert.Throws<Matlab5Exception>(() => CropFolder.Write(folder.File("cut_32x32.mat"), folder.File("other"), null,
            TestContext.Current.CancellationToken));
        Assert.Throws<EspalierException>(() => CropFolder.Write(folder.File("train_32x32.mat"), folder.File("crops"), null,
            TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(folder.File("other")));
    }

    private static List<CroppedDigit> ReadAll(byte[] bytes)
    {
        using var file = CroppedDigits.Open(new MemoryStream(bytes), "damaged.mat");
        return [.. file.Read()];
    }

    private static string Refusal(byte[] bytes) => Assert.Throws<Matlab5Exception>(() => ReadAll(bytes)).Message;

    private static byte[] Written(Action<Matlab5Writer> write)
    {
        using var stream = new MemoryStream();
        write(new Matlab5Writer(stream));
        return stream.ToArray();
    }

    private static byte[] Bytes(IReadOnlyList<Picture> pictures, IReadOnlyList<int> digits, bool compress = true, bool bigEndian = false,
        bool labelsAsDoubles = false)
    {
        using var stream = new MemoryStream();
        CroppedDigitsWriter.Write(stream, pictures, digits, compress, bigEndian, labelsAsDoubles);
        return stream.ToArray();
    }

    private static List<Picture> Pictures(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var picture = new Picture(32, 32);
            random.NextBytes(picture.Pixels);
            return picture;
        })];
    }
}
