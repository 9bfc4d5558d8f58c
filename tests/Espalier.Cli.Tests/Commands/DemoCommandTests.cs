using Espalier.Cli;
using Espalier.Cli.Demo;

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
    public void The_recipe_is_one_that_the_trainer_takes()
    {
        DemoRecipe.Training("data.yaml", 0, 0).Validate(stride: 32);
        DemoRecipe.Street(0).Validate();
        Assert.True(DemoRecipe.TrainingPictures * DemoRecipe.Epochs <= 40_000, "more pictures than minutes allow");
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
