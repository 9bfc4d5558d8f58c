using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Networks;
using Espalier.Pipelines.Experiments;
using Espalier.Reports.Experiments;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Training.Thinning;

namespace Espalier.Cli.Experiments;

/// <summary>Gathers an experiment's models for its report.</summary>
internal sealed class ExperimentReport(ExperimentPlan plan, ExperimentFolder folder, ExperimentResult result, string command)
{
    /// <summary>Writes the report into the experiment's folder.</summary>
    public ThinningReport Write(Action<string> note)
    {
        var reported = result.Models.Where(model => model.Role != ModelRole.Cut).Select(Reported).ToList();
        var chosen = ThinningReport.Choose(reported);
        var dense = Checkpoint.Open(folder.Dense.Best);
        var report = new ThinningReport
        {
            Name = plan.Name,
            Command = command,
            Data = Data(),
            Machine = Invariant($"Measured on {result.Speed.Machine}, {result.Speed.Threads} threads; Espalier {ProductVersion.Text}."),
            ComparesWithPaper = plan.ComparesWithPaper,
            ImageSize = plan.Dense.ImageSize,
            Splits = plan.Splits,
            Models = reported,
            Expected = [.. plan.Expected.Select(expectation => Beside(expectation, reported))],
            DenseScales = Scales(dense),
            SparseScales = plan.Sparse is null ? null : Scales(Checkpoint.Open(folder.Sparse.Best)),
            ScalesByEpoch = plan.Sparse is null ? null : folder.Sparse.File("sparsity.png"),
            Widths = LayerWidth.Compare(dense.Graph, Checkpoint.Open(result.Models.First(model => model.Name == chosen.Name).Weights)
                .Graph),
        };
        report.Write(folder.Path, note);
        return report;
    }

    private static ExpectedFigure Beside(Expectation expectation, List<ReportedModel> reported)
    {
        var model = reported.First(model => model.Name == expectation.Model);
        return new ExpectedFigure(expectation.Model, expectation.Figure, expectation.Value, expectation.Tolerance,
            expectation.Of(model.First, model.Parameters, model.MultiplyAdds));
    }

    private string Data()
    {
        var source = plan.Street is { } street
            ? Invariant($"A generated street of {street.Pictures.Training:N0} pictures")
            : $"The data of {plan.Data}";
        var epochs = plan.Sparse is null
            ? Invariant($"epochs: {plan.Dense.Epochs} dense and {plan.FineTuning.Epochs} of fine-tuning")
            : Invariant($"epochs: {plan.Dense.Epochs} dense, {plan.Sparse.Epochs} sparse and {plan.FineTuning.Epochs} of fine-tuning");
        var start = plan.Dense.Weights is { } weights ? $"from {Path.GetFileName(weights)}" : "from scratch";
        return Invariant($"{source}; {plan.Dense.Model ?? "the network"} {start} at {plan.Dense.ImageSize} px in batches of ")
            + Invariant($"{plan.Dense.BatchSize}; {epochs}; seed {plan.Dense.Seed}.");
    }

    private ReportedModel Reported(ExperimentModel model)
    {
        var checkpoint = Checkpoint.Open(model.Weights);
        var cost = PruningPlanner.WholeCost(ChannelAnalysis.Of(checkpoint.Graph), checkpoint.ImageSize);
        var run = RunRecord.Open(model.Run!)!;
        var fast = result.Speed.Models.Single(entry => entry.Model == model.Name);
        return new ReportedModel
        {
            Name = model.Name,
            Commands = Commands(model, run),
            GraphHash = checkpoint.Graph.Hash(),
            Parameters = cost.Parameters,
            MultiplyAdds = cost.MultiplyAdds,
            WeightBytes = fast.WeightBytes,
            OnnxBytes = fast.OnnxBytes,
            SecondsAnEpoch = fast.SecondsAnEpoch,
            Milliseconds = fast.Milliseconds,
            Milliseconds95 = fast.Milliseconds95,
            PicturesPerSecond = fast.PicturesPerSecond,
            Accuracy = result.Accuracy[model.Name],
            History = run.History,
            Cut = model.Cut is { } cut ? Reported(cut) : null,
        };
    }

    private ReportedCut Reported(CutPlan cut)
    {
        var record = result.Cuts[cut.Name];
        return new ReportedCut(cut.Criterion, CommandText.Asked(cut), result.Accuracy[cut.Name + "-cut"][0],
            [.. record.Steps.Select(step => (step.Name, step.MeanAveragePrecision50))]);
    }

    private List<string> Commands(ExperimentModel model, RunRecord run)
    {
        var source = plan.Sparse is null ? folder.Dense : folder.Sparse;
        List<string> commands = [];
        if (model.Cut is { } cut) commands.Add(Into(folder.Cut(cut), CommandText.Prune(plan.PruningFor(cut), source.Best)));
        commands.Add(Into(run.Folder.Path, CommandText.Train(run.Options, run.Folder)));
        // As typed in the folder of the experiment: paths from there.
        var here = Environment.CurrentDirectory.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        return [.. commands.Select(text => text.Replace(here, "", StringComparison.Ordinal))];
    }

    // Where the next command looks for it.
    private static string Into(string folder, string command) => $"{command} --project "
        + $"{CommandWord.Quote(Path.GetDirectoryName(Path.GetFullPath(folder))!)} --name {CommandWord.Quote(Path.GetFileName(folder))}";

    private static float[] Scales(Checkpoint checkpoint) => [.. ScaleQuantiles.ScalesOf(checkpoint.Graph, checkpoint.Weights)];
}
