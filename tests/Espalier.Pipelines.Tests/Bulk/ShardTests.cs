using Espalier.Core;
using Espalier.Pipelines.Bulk;

namespace Espalier.Pipelines.Tests.Bulk;

/// <summary>Which part of the work is a process's own.</summary>
public sealed class ShardTests
{
    [Fact]
    public void A_part_is_written_from_one_on()
    {
        Assert.Equal(new Shard(1, 8), Shard.Parse("2/8"));
        Assert.Equal("2/8", new Shard(1, 8).ToString());
    }

    [Theory]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("1/0")]
    [InlineData("2")]
    [InlineData("1/2/3")]
    [InlineData("-1/8")]
    [InlineData("a/b")]
    public void What_is_no_part_is_refused(string text) =>
        Assert.Equal($"A shard is its number and their count, from 1/1 on, such as 2/8, not '{text}'.",
            Assert.Throws<OptionException>(() => Shard.Parse(text)).Message);

    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4", "4/4")]
    [InlineData("PMI_RANK=0 PMI_SIZE=2", "1/2")]
    [InlineData("SLURM_PROCID=5 SLURM_STEP_NUM_TASKS=8", "6/8")]
    [InlineData("SLURM_PROCID=0 SLURM_NTASKS=8", "1/1")] // a batch script, which srun has not started
    [InlineData("OMPI_COMM_WORLD_RANK=4 OMPI_COMM_WORLD_SIZE=4", "1/1")]
    [InlineData("", "1/1")]
    public void Launchers_say_it_by_variables(string variables, string expected)
    {
        var said = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(expected, Shard.OfLauncher(said.GetValueOrDefault).ToString());
    }
}
