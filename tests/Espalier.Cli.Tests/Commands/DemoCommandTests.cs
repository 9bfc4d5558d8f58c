using System.Text.RegularExpressions;
using Espalier.Cli.Demo;
using Espalier.Cli.Terminal;
using Espalier.Reports.Experiments;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Tests.Commands;

/// <summary><c>espalier demo</c>, as far as it goes in a test: what it would train, and what it refuses.</summary>
public class DemoCommandTests
{
    [Fact]
    public void A_folder_that_holds_something_else_is_left_alone()
    {
        using var workspace = new Workspace();
        workspace.Write("demo/thesis.txt", "years of work");

        Assert.Equal($"'{workspace.At("demo")}' holds something else than a demo; name another folder with --output.",
            workspace.Refusal("demo", "--output", workspace.At("demo")));
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_left_alone()
    {
        using var workspace = new Workspace();
        workspace.Write("thesis.txt", "years of work");

        Assert.Equal($"'{workspace.At("thesis.txt")}' is a file; name a folder with --output.",
            workspace.Refusal("demo", "--output", workspace.At("thesis.txt")));
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
        foreach (var size in DemoSize.All)
        {
            var plan = DemoRecipe.Plan(new DemoFolder("demo"), size, 0, 0);
            foreach (var training in (TrainingOptions[])[plan.Dense, plan.Sparse!, plan.FineTuning]) training.Validate(stride: 32);
            plan.Street!.Street.Validate();
            plan.Cutting.Options.Validate();
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(150)]
    [InlineData(125)]
    public void As_much_is_trained_as_the_machine_does_in_the_minutes_that_are_promised(double picturesPerSecond)
    {
        var size = DemoSize.For(picturesPerSecond);
        Assert.InRange(size.Seconds(picturesPerSecond), 0, DemoSize.PromisedMinutes * 60 * 0.75);
        var larger = DemoSize.All.TakeWhile(other => other != size);
        Assert.All(larger, other => Assert.True(other.Passes > size.Passes && other.Seconds(picturesPerSecond) > 300));
    }

    [Fact]
    public void A_machine_too_slow_for_the_promise_does_the_least() => Assert.Equal(DemoSize.All[^1], DemoSize.For(1));

    [Fact]
    public void A_demo_that_goes_on_keeps_the_size_that_it_began_with()
    {
        using var workspace = new Workspace();
        workspace.Write("demo/size.json", "{ \"pictures\": 20, \"denseEpochs\": 1, \"sparseEpochs\": 1, \"tuningEpochs\": 1 }");

        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var run = CommandRun.Interrupted(stopped.Token, "demo", "--output", workspace.At("demo"));

        Assert.Contains("Drawing a street: 20 house numbers to learn from", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.05, false)]
    [InlineData(1.5, true)]
    public void Times_of_a_busy_machine_are_doubted_on_the_page(double sparseMilliseconds, bool isDoubted)
    {
        using var workspace = new Workspace();
        var folder = new DemoFolder(workspace.At("demo"));
        var report = new ThinningReport
        {
            Name = "demo",
            Command = "espalier demo",
            Data = "A street.",
            Machine = "Measured here.",
            ImageSize = DemoRecipe.ImageSize,
            Splits = ["val"],
            Models =
            [
                Model("dense", "whole", 1, null), Model("sparse", "whole", sparseMilliseconds, null), Model("cut", "thin", 0.5, "taylor"),
            ],
            DenseScales = [],
            Widths = [],
        };
        Directory.CreateDirectory(folder.Path);

        DemoPage.Write(folder, DemoSize.All[0], report, digits: 3, shown: 2);

        Assert.Equal(isDoubted, File.ReadAllText(folder.Page).Contains("The machine was busy", StringComparison.Ordinal));

        static ReportedModel Model(string name, string graph, double milliseconds, string? criterion)
        {
            var judged = new ReportedAccuracy("val", 200, 0.9, 0.9, 0.9, 0.6, 0.8, null, null);
            return new ReportedModel
            {
                Name = name,
                Commands = [],
                GraphHash = graph,
                Parameters = 1,
                MultiplyAdds = 1,
                WeightBytes = 1,
                OnnxBytes = 1,
                SecondsAnEpoch = 1,
                Milliseconds = milliseconds,
                Milliseconds95 = milliseconds,
                PicturesPerSecond = 1,
                Accuracy = [judged],
                History = [],
                Cut = criterion is null ? null : new ReportedCut(criterion, "some", judged, []),
            };
        }
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

        // As they stand, in a folder with a space too.
        Assert.All(DemoPage.Next(new DemoFolder("my demo")), command => Assert.DoesNotContain("my demo",
            Regex.Replace(command, "\"[^\"]*\"", ""), StringComparison.Ordinal));
    }
}
