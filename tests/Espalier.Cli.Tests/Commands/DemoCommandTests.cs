using Espalier.Cli;
using Espalier.Cli.Demo;
using Espalier.Training.Runs;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier demo</c>, as far as it goes in a test: what it would train, and what it refuses.</summary>
public class DemoCommandTests
{
    [Fact]
    public void A_folder_that_holds_something_else_is_left_alone()
    {
        using var workspace = new Workspace();
        workspace.Write("demo/thesis.txt", "years of work");

        Assert.Equal($"'{workspace.At("demo")}' holds something else than a demo; name another folder with --output.", workspace.Refusal("demo", "--output", workspace.At("demo")));
    }

    [Fact]
    public void A_demo_that_was_killed_while_it_drew_begins_anew()
    {
        using var workspace = new Workspace();
        var folder = new DemoFolder(workspace.At("demo"));
        workspace.Write("demo/street.espalier-unfinished/images/train/1.png", "half a picture");

        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var run = CommandRun.Interrupted(stopped.Token, "demo", "--output", folder.Path);

        Assert.Contains("Drawing a street", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_is_one_that_the_trainer_takes()
    {
        var plan = DemoRecipe.Plan(new DemoFolder("demo"), 0, 0);
        foreach (var training in (TrainingOptions[])[plan.Dense, plan.Sparse!, plan.FineTuning]) training.Validate(stride: 32);
        plan.Street!.Street.Validate();
        plan.Cutting.Options.Validate();
        Assert.True(DemoRecipe.TrainingPictures * (DemoRecipe.DenseEpochs + DemoRecipe.SparseEpochs + DemoRecipe.TuningEpochs) <= 60_000, "more pictures than minutes allow");
    }

    [Fact]
    public void The_next_commands_name_what_is_there_and_exist()
    {
        foreach (var command in DemoPage.Next(new DemoFolder("demo")))
        {
            var words = command.Split(' ')[1..];
            var run = CommandRun.Of([.. words.TakeWhile(word => !word.Contains('/', StringComparison.Ordinal)), "--help"]);
            Assert.Equal(ExitCodes.Done, run.Code);
        }
    }
}
