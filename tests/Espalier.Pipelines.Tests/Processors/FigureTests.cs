using System.Diagnostics;
using Espalier.Processors;

namespace Espalier.Tests.Processors;

/// <summary>Figures that must agree on all processors: bench/processors.sh compares all of them, this those that need no network.</summary>
public class FigureTests
{
    private static readonly Figure Numbers = Figure.Near("numbers", 1e-3, 2.0, -4, 1);

    [Fact]
    public async Task Pictures_boxes_and_metrics_are_the_same_to_the_bit_with_narrower_vectors_and_with_none()
    {
        using var folder = new TemporaryFolder();
        await Compute(folder.File("here"));
        await Compute(folder.File("narrow"), "DOTNET_EnableAVX2");
        await Compute(folder.File("scalar"), "DOTNET_EnableHWIntrinsic");

        var table = FigureTable.Read([folder.File("here"), folder.File("narrow"), folder.File("scalar")]);

        Assert.True(table.Agrees, table.ToString());
        Assert.Contains("no vectors", table.Processors[2].Machine, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_difference_counts_as_a_share_of_the_largest_number()
    {
        Assert.Equal(0, Numbers.DistanceTo(Numbers));
        Assert.Equal(.25, Numbers.DistanceTo(Figure.Near("numbers", 1e-3, 2.5, -3, 1)));
        Assert.True(Numbers.Admits(Figure.Near("numbers", 1e-3, 2, -4, 1.003)));
        Assert.False(Numbers.Admits(Figure.Near("numbers", 1e-3, 2, -4, 1.005)));
    }

    [Fact]
    public void What_is_missing_no_number_or_another_text_is_not_admitted()
    {
        Assert.False(Numbers.Admits(Figure.Near("numbers", 1e-3, 2.0, -4)));
        Assert.False(Numbers.Admits(Figure.Near("numbers", 1e-3, 2, -4, double.NaN)));
        Assert.False(Figure.Same("text", "12", "7").Admits(Figure.Same("text", "12", "1")));
        Assert.NotEqual(Figure.SameBits("bits", new float[] { 0f }).Values, Figure.SameBits("bits", new float[] { -0f }).Values);
    }

    [Fact]
    public void A_table_says_who_disagrees_and_leaves_out_what_was_not_computed()
    {
        using var folder = new TemporaryFolder();
        var text = Figure.Same("text", "12");
        Write("here", text, Numbers);
        Write("fewer", text);
        Write("wrong", text, Numbers with { Values = ["2", "-4", "1.1"] });
        Write("nothing");

        Assert.True(Table("here", "fewer").Agrees);
        Assert.False(Table("here", "nothing").Agrees);
        Assert.False(Table("fewer", "here").Agrees);
        Assert.Contains("2 figures, **1 of them not computed at fewer**", Table("fewer", "here").ToString(), StringComparison.Ordinal);
        var table = Table("here", "fewer", "wrong");
        Assert.False(table.Agrees);
        Assert.Contains("| numbers | 3 numbers up to 4 | – | **2.5e-2** | 1.0e-3 |", table.ToString(), StringComparison.Ordinal);

        void Write(string name, params Figure[] figures)
        {
            using var writer = new StreamWriter(folder.File(name));
            FigureTable.Write(writer, "a machine", figures);
        }

        FigureTable Table(params string[] names) => FigureTable.Read(names.Select(name => folder.File(name)));
    }

    private static async Task Compute(string path, string? without = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Figure).Assembly.Location, "figures", "pictures"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (without is not null) start.Environment[without] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
    }
}
