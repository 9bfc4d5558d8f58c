using Espalier.Training.Listeners;
using Espalier.Training.Losses;
using Espalier.Training.Runs;

namespace Espalier.Training.Tests.Runs;

public sealed class ResultsCsvTests
{
    private static readonly EpochRecord Sample = new()
    {
        Epoch = 3,
        TrainingLoss = new LossValues(0.0512345678, 0.02, 0.001),
        ValidationLoss = new LossValues(0.04, 0.03, double.NaN),
        Precision = 0.5,
        Recall = 0.25,
        MeanAveragePrecision50 = 0.75,
        MeanAveragePrecision = 0.125,
        LearningRates = [0.07, 0.0033333333, 1e-7],
        TrainingSeconds = 71.5,
        ValidationSeconds = 4,
        PicturesPerSecond = 1234.5,
        ResidentBytes = 3 << 20,
        LiveTensors = 17,
    };

    [Fact]
    public void Columns_are_those_that_YOLOv5s_users_know_and_then_time_and_memory()
    {
        var lines = ResultsCsv.Format([Sample, Sample with { Epoch = 4 }]).Split('\n');

        Assert.Equal(
            "epoch,train/box_loss,train/obj_loss,train/cls_loss,metrics/precision,metrics/recall,metrics/mAP_0.5,metrics/mAP_0.5:0.95,"
                + "val/box_loss,val/obj_loss,val/cls_loss,x/lr0,x/lr1,x/lr2,time/train_seconds,"
                    + "time/val_seconds,time/pictures_per_second,memory/resident_mb",
            lines[0]);
        Assert.Equal("3,0.0512346,0.02,0.001,0.5,0.25,0.75,0.125,0.04,0.03,NaN,0.07,0.0033333,0.0000001,71.5,4,1234.5,3", lines[1]);
        Assert.StartsWith("4,", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public void No_epochs_are_no_text() => Assert.Equal(string.Empty, ResultsCsv.Format([]));
}
