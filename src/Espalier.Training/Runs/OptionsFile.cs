using System.Globalization;
using System.Text;
using Espalier.Training.Sparsity;

namespace Espalier.Training.Runs;

/// <summary>A run's options as YAML for people; the run itself keeps them in its checkpoints.</summary>
internal static class OptionsFile
{
    public static string Format(TrainingOptions options)
    {
        (string Name, object? Value)[] entries =
        [
            ("data", options.Data), ("train_split", options.TrainingSplit), ("split", options.ValidationSplit), ("model", options.Model), ("weights", options.Weights), ("activation", options.Activation),
            ("image_size", options.ImageSize), ("batch", options.BatchSize), ("epochs", options.Epochs),
            ("optimizer", options.HyperParameters.Optimisation.Kind), ("cosine", options.HyperParameters.Optimisation.CosineSchedule),
            ("maximum_gradient_norm", options.HyperParameters.Optimisation.MaximumGradientNorm),
            ("patience", options.Patience), ("seed", options.Seed), ("workers", options.Workers), ("cache", options.CacheInMemory ? "ram" : "none"),
            ("freeze", options.FreezeRows), ("class_weights", options.ClassWeights), ("balanced", options.BalancedSampling),
            ("multi_scale", options.MultiScale), ("keep_partial", options.KeepPartial), ("autoanchor", options.AutoAnchor),
            ("sparsity", options.Sparsity is { NearZeroShare: { } } ? "auto" : options.Sparsity?.Rate), ("sparsity_target", options.Sparsity?.NearZeroShare), ("sparsity_step", options.Sparsity?.Step.ToString()), ("sparsity_schedule", options.Sparsity?.Schedule.ToString()),
            ("sparsity_spread", options.Sparsity?.Spread.ToString()), ("sparsity_on", options.Sparsity?.On.ToString()), ("sparsity_kernels", options.Sparsity is { On: SparsePart.Kernels } kernels ? kernels.KernelPenalty.ToString() : null), ("sparse_storage", options.SparseStorage),
            ("device", options.Device), ("threads", options.Threads), ("precision", options.Precision), ("sync_bn", options.SynchronisedBatchNorm),
            ("teacher", options.Teacher), ("teacher_weight", options.TeacherWeight),
        ];
        var text = new StringBuilder();
        foreach (var (name, value) in entries) text.Append(CultureInfo.InvariantCulture, $"{name}: {Scalar(value)}\n");
        return text.ToString();
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
