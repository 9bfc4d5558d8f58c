using Espalier.Core;
using Espalier.Networks;
using Espalier.Pipelines.Evolution;
using Espalier.Training.Listeners;
using Espalier.Training.Loops;
using Espalier.Training.Runs;
using Espalier.Training.Tests.Runs;

namespace Espalier.Pipelines.Tests.Evolution;

/// <summary>Hyper-parameters that evolve: mutations within their limits, and an evolution that ends the same however often it is
/// stopped.</summary>
public sealed class HyperParameterEvolutionTests
{
    private static readonly HyperParameters Start = new();

    [Fact]
    public void Every_gene_is_a_hyper_parameter_whose_limits_are_allowed()
    {
        var defaults = HyperParameterFile.Values(Start).ToDictionary(pair => pair.Name, pair => (double)pair.Value);
        foreach (var gene in Gene.All)
        {
            Assert.InRange(defaults[gene.Name], gene.Lowest, gene.Highest);
            foreach (var limit in (double[])[gene.Lowest, gene.Highest])
                HyperParameterFile.With(Start, gene.Name, FormattableString.Invariant($"{limit}"), "test").Validate();
        }

        Assert.Equal(Gene.All.Count, Gene.All.DistinctBy(gene => gene.Name).Count());
    }

    [Fact]
    public void A_mutation_is_decided_by_seed_and_number_and_leaves_off_what_is_off()
    {
        Generation[] done = [new(Start, .5, .5, .5, .3)];
        var first = Gene.Mutate(done, 7);

        Assert.Equal(first, Gene.Mutate(done, 7));
        Assert.NotEqual(first, Gene.Mutate(done, 8));
        Assert.NotEqual(first, Gene.Mutate([.. done, new(Start, 0, 0, 0, 0)], 7));
        Assert.NotEqual(Start.Optimization.LearningRate, first.Optimization.LearningRate);
        Assert.Equal((0, 0, 64), (first.Augmentation.Degrees, first.Augmentation.MixUp, first.Optimization.NominalBatchSize));
        first.Validate();
    }

    [Fact]
    public void Mutations_stay_within_the_limits_and_descend_from_the_better_ones()
    {
        List<Generation> done = [new(Start, 0, 0, 0, 0)];
        for (var number = 0; number < 200; number++) done.Add(new Generation(Gene.Mutate(done, 1), 0, 0, 0, 0));

        foreach (var generation in done)
        {
            var values = HyperParameterFile.Values(generation.HyperParameters).ToDictionary(pair => pair.Name, pair => pair.Value);
            Assert.All(Gene.All, gene => Assert.InRange(values[gene.Name], (float)gene.Lowest, (float)gene.Highest));
        }

        // Of a bad generation at a rate of .2 and a good one at .001 hardly any child has the rate of the bad one.
        var good = HyperParameterFile.With(Start, "lr0", "0.001", "test");
        Generation[] both = [new(HyperParameterFile.With(Start, "lr0", "0.2", "test"), 0, 0, 0, 0), new(good, 1, 1, 1, .8)];
        Assert.All(Enumerable.Range(0, 50), seed => Assert.True(Gene.Mutate(both, seed).Optimization.LearningRate < 0.02));
    }

    [Fact]
    public void An_evolution_that_was_stopped_and_killed_ends_as_an_undisturbed_one()
    {
        using var small = new SmallRun();
        var options = small.Options with { Epochs = 2 };
        var whole = new HyperParameterEvolution(options, small.PathOf("whole"));
        var all = whole.Run(3, TestContext.Current.CancellationToken)!;

        using var stop = new CancellationTokenSource();
        var folder = small.PathOf("stopped");
        Assert.Null(new HyperParameterEvolution(options, folder, new Stopping(stop, training: 2, epoch: 1)).Run(3, stop.Token));
        Assert.True(Directory.Exists(Path.Combine(folder, "generation1")));
        var stopped = new HyperParameterEvolution(options with { Workers = 1 }, folder);
        Assert.Equal(2, stopped.Run(2, TestContext.Current.CancellationToken)!.Count);

        // As if it had been killed before the run of a generation that stands in the table was removed.
        Directory.CreateDirectory(Path.Combine(folder, "generation1"));
        Assert.Equal(all, stopped.Run(3, TestContext.Current.CancellationToken));
        Assert.Equal(File.ReadAllText(whole.Table), File.ReadAllText(stopped.Table));
        Assert.Equal(File.ReadAllText(whole.BestFile), File.ReadAllText(stopped.BestFile));
        Assert.Equal(["evolve.csv", "hyp_evolve.yaml", "options.yaml"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
        Assert.Equal(all.MaxBy(generation => generation.Fitness)!.HyperParameters, HyperParameterFile.Read(whole.BestFile));

        var refused = Assert.Throws<EspalierException>(() => new HyperParameterEvolution(options with { Epochs = 3 }, folder)
            .Run(3, TestContext.Current.CancellationToken)).Message;
        Assert.Contains("another name", refused, StringComparison.Ordinal);
        Assert.Contains("epochs: 3, not epochs: 2", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutation_that_diverges_has_no_fitness_and_a_start_that_does_is_refused()
    {
        using var small = new SmallRun();
        var graph = GraphBuilder.Expand(Architecture.Load(small.Model), 2);
        var weights = WeightInitializer.Initialize(graph, 1);
        weights["model.9.m.0.bias"].Values[4] = float.MaxValue;
        new Checkpoint { Graph = graph, Weights = weights, ClassNames = ["a", "b"], ImageSize = 64 }.Save(small.PathOf("wild.safetensors"));
        var evolution = new HyperParameterEvolution(small.Options with { Weights = small.PathOf("wild.safetensors") },
            small.PathOf("evolve"));

        Assert.Throws<DivergenceException>(() => evolution.Run(1, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(evolution.Table));

        EvolutionTable.Write(evolution.Table, [new(small.Options.HyperParameters, .5, .5, .5, .5)]);
        var done = evolution.Run(2, TestContext.Current.CancellationToken)!;
        Assert.Equal([0.5, 0], done.Select(generation => generation.Fitness));
    }

    [Theory]
    [InlineData("generation,fitness\n", "line 1: its columns are others")]
    [InlineData("HEAD\n1,0\n", "line 2: it is not the row of generation 0")]
    public void A_table_that_was_changed_is_refused_with_its_line(string text, string expected)
    {
        using var small = new SmallRun();
        var path = small.PathOf("evolve.csv");
        EvolutionTable.Write(path, []);
        File.WriteAllText(path, text.Replace("HEAD", File.ReadAllText(path).TrimEnd('\n'), StringComparison.Ordinal));

        Assert.Contains(expected, Assert.Throws<EspalierException>(() => EvolutionTable.Read(path, Start)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_something_else_is_refused()
    {
        using var small = new SmallRun();
        var refused = Assert.Throws<EspalierException>(() => new HyperParameterEvolution(small.Options, Path.GetDirectoryName(small.Data)!)
            .Run(1, TestContext.Current.CancellationToken));

        Assert.Contains("something else than an evolution", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Presses Ctrl-C in an epoch of one of the trainings.</summary>
    private sealed class Stopping(CancellationTokenSource stop, int training, int epoch) : IPipelineListener, ITrainingListener
    {
        private int _trainings;

        public IReadOnlyList<ITrainingListener> OnTraining()
        {
            _trainings++;
            return [this];
        }

        public void OnBatch(BatchTrained trained)
        {
            if (_trainings == training && trained.Epoch == epoch) stop.Cancel();
        }
    }
}
