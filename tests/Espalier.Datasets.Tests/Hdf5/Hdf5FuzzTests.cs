using Espalier.Datasets.Hdf5;
using Espalier.Datasets.Svhn;
using Espalier.Tests.Svhn;

namespace Espalier.Tests.Hdf5;

public class Hdf5FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damage_in_the_file_that_matlab_wrote_gives_entries_or_the_one_exception(int seed) =>
        Fuzz(File.ReadAllBytes(SharedMaterial.Require("data", "svhn", "labels", "digitStruct-matlab-written-40.mat")), seed);

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Damage_in_a_file_of_our_own_gives_entries_or_the_one_exception(int seed)
    {
        using var stream = new MemoryStream();
        DigitStructWriter.Write(stream, SvhnFolders.Entries(40, seed));
        Fuzz(stream.ToArray(), seed);
    }

    [Fact]
    public void A_tree_that_leads_back_to_itself_is_refused_at_once()
    {
        using var stream = new MemoryStream();
        DigitStructWriter.Write(stream, SvhnFolders.Entries(40, seed: 5));
        var bytes = stream.ToArray();
        var tree = bytes.AsSpan().LastIndexOf("TREE"u8); // The root group's.
        bytes[tree + 5] = 1;
        bytes[tree + 6] = 32;
        for (var child = 0; child < 32; child++) BitConverter.TryWriteBytes(bytes.AsSpan(tree + 32 + 16 * child), (long)tree - 512);

        Assert.Throws<Hdf5Exception>(() => DigitStruct.Read(new MemoryStream(bytes), "cycle.mat", TestContext.Current.CancellationToken));
    }

    private static void Fuzz(byte[] original, int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < 2000; round++)
        {
            var bytes = Damage(original, random);
            try
            {
                DigitStruct.Read(new MemoryStream(bytes), "damaged.mat", TestContext.Current.CancellationToken);
            }
            catch (Hdf5Exception)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 200, 2000);
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        if (random.Next(8) == 0) return original[..random.Next(original.Length)];
        var bytes = (byte[])original.Clone();
        for (var change = 1 << random.Next(10); change > 0; change--)
        {
            var at = random.Next(bytes.Length);
            bytes[at] = random.Next(3) switch { 0 => 0xFF, 1 => (byte)(bytes[at] ^ (1 << random.Next(8))), _ => (byte)random.Next(256) };
        }

        return bytes;
    }
}
