using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Training.Runs;

namespace Espalier.Cli.Demo;

/// <summary>A training run in one line an epoch, for somebody who has never seen one.</summary>
internal sealed class DemoConsole(TerminalSession terminal) : ITrainingListener
{
    private ProgressLine? _progress;
    private int _epoch = -1;

    public void OnBatch(BatchTrained trained)
    {
        if (trained.Epoch != _epoch) (_epoch, _progress) = (trained.Epoch, new ProgressLine(terminal));
        _progress!.Update(string.Create(CultureInfo.InvariantCulture, $"     epoch {trained.Epoch + 1} of {DemoRecipe.Epochs}"), trained.Done, trained.Total);
    }

    public void OnEpoch(EpochCompleted completed)
    {
        var epoch = completed.Record;
        terminal.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"     epoch {epoch.Epoch + 1,2} of {DemoRecipe.Epochs}: mAP50 {epoch.MeanAveragePrecision50:0.000}  {Bar(epoch.MeanAveragePrecision50)}  {epoch.TrainingSeconds + epoch.ValidationSeconds:0} s"));
    }

    private static string Bar(double share) => new string('━', (int)Math.Round(share * 30)).PadRight(30, '╌');
}
