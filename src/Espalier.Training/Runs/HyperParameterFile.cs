using System.Globalization;
using System.Text;
using Espalier.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Espalier.Training.Runs;

/// <summary>
/// Hyper-parameters as a YAML file with YOLOv5's names (<c>lr0</c>, <c>momentum</c>, <c>mosaic</c>, …), as users have them.
/// </summary>
internal static class HyperParameterFile
{
    private const long MaximumBytes = 1 << 20;

    // Names of YOLOv5's files that mean something Espalier does without; a file with them is read, a value that asks for something is not.
    private static readonly Dictionary<string, double> Neutral = new(StringComparer.Ordinal)
    {
        ["iou_t"] = 0.2,
    };

    // Names that YOLOv5 acts upon and Espalier cannot: whoever reads a file is told.
    private static readonly Dictionary<string, (double Neutral, string Why)> WithoutEffect = new(StringComparer.Ordinal)
    {
        ["copy_paste"] = (0, "it pastes polygons, and labels here are boxes"),
        ["anchors"] = (3, "the architecture says how many anchors a level has"),
    };

    private static readonly Entry[] Entries =
    [
        new("lr0", p => p.Optimization.LearningRate, (p, v) => p with { Optimization = p.Optimization with { LearningRate = v } }),
        new("lrf", p => p.Optimization.FinalLearningRateFraction,
            (p, v) => p with { Optimization = p.Optimization with { FinalLearningRateFraction = v } }),
        new("momentum", p => p.Optimization.Momentum, (p, v) => p with { Optimization = p.Optimization with { Momentum = v } }),
        new("weight_decay", p => p.Optimization.WeightDecay, (p, v) => p with { Optimization = p.Optimization with { WeightDecay = v } }),
        new("warmup_epochs", p => p.Optimization.WarmupEpochs,
            (p, v) => p with { Optimization = p.Optimization with { WarmupEpochs = v } }),
        new("warmup_momentum", p => p.Optimization.WarmupMomentum,
            (p, v) => p with { Optimization = p.Optimization with { WarmupMomentum = v } }),
        new("warmup_bias_lr", p => p.Optimization.WarmupBiasLearningRate,
            (p, v) => p with { Optimization = p.Optimization with { WarmupBiasLearningRate = v } }),
        new("nbs", p => p.Optimization.NominalBatchSize,
            (p, v) => p with { Optimization = p.Optimization with { NominalBatchSize = (int)Math.Clamp(v, int.MinValue, int.MaxValue) } }),
        new("box", p => p.Loss.Box, (p, v) => p with { Loss = p.Loss with { Box = (float)v } }),
        new("cls", p => p.Loss.Class, (p, v) => p with { Loss = p.Loss with { Class = (float)v } }),
        new("obj", p => p.Loss.Objectness, (p, v) => p with { Loss = p.Loss with { Objectness = (float)v } }),
        new("cls_pw", p => p.Loss.ClassPositiveWeight, (p, v) => p with { Loss = p.Loss with { ClassPositiveWeight = (float)v } }),
        new("obj_pw", p => p.Loss.ObjectnessPositiveWeight,
            (p, v) => p with { Loss = p.Loss with { ObjectnessPositiveWeight = (float)v } }),
        new("anchor_t", p => p.Loss.AnchorThreshold, (p, v) => p with { Loss = p.Loss with { AnchorThreshold = (float)v } }),
        new("fl_gamma", p => p.Loss.FocalGamma, (p, v) => p with { Loss = p.Loss with { FocalGamma = (float)v } }),
        new("label_smoothing", p => p.Loss.LabelSmoothing, (p, v) => p with { Loss = p.Loss with { LabelSmoothing = (float)v } }),
        new("hsv_h", p => p.Augmentation.HueGain, (p, v) => p with { Augmentation = p.Augmentation with { HueGain = v } }),
        new("hsv_s", p => p.Augmentation.SaturationGain, (p, v) => p with { Augmentation = p.Augmentation with { SaturationGain = v } }),
        new("hsv_v", p => p.Augmentation.ValueGain, (p, v) => p with { Augmentation = p.Augmentation with { ValueGain = v } }),
        new("degrees", p => p.Augmentation.Degrees, (p, v) => p with { Augmentation = p.Augmentation with { Degrees = v } }),
        new("translate", p => p.Augmentation.Translate, (p, v) => p with { Augmentation = p.Augmentation with { Translate = v } }),
        new("scale", p => p.Augmentation.Scale, (p, v) => p with { Augmentation = p.Augmentation with { Scale = v } }),
        new("shear", p => p.Augmentation.Shear, (p, v) => p with { Augmentation = p.Augmentation with { Shear = v } }),
        new("perspective", p => p.Augmentation.Perspective, (p, v) => p with { Augmentation = p.Augmentation with { Perspective = v } }),
        new("flipud", p => p.Augmentation.VerticalFlip, (p, v) => p with { Augmentation = p.Augmentation with { VerticalFlip = v } }),
        new("fliplr", p => p.Augmentation.HorizontalFlip, (p, v) => p with { Augmentation = p.Augmentation with { HorizontalFlip = v } }),
        new("mosaic", p => p.Augmentation.Mosaic, (p, v) => p with { Augmentation = p.Augmentation with { Mosaic = v } }),
        new("mixup", p => p.Augmentation.MixUp, (p, v) => p with { Augmentation = p.Augmentation with { MixUp = v } }),
    ];

    /// <summary>Reads a file; what it does not name keeps its default.</summary>
    /// <exception cref="EspalierException">
    /// The file cannot be read, a name is unknown, or a value is no number or outside its range.
    /// </exception>
    /// <param name="path">The file.</param>
    /// <param name="note">Told of values that have no effect here.</param>
    public static HyperParameters Read(string path, Action<string>? note = null)
    {
        var parameters = new HyperParameters();
        foreach (var (name, value, line) in Pairs(path))
            parameters = With(parameters, name, value, string.Create(CultureInfo.InvariantCulture, $"'{path}', line {line}"), note);
        Check(parameters, path);
        return parameters;
    }

    /// <summary>
    /// Some hyper-parameters with one of them changed, by its name in such a file. Ranges are left to
    /// <see cref="HyperParameters.Validate"/>.
    /// </summary>
    /// <param name="parameters">The others.</param>
    /// <param name="name">Such as <c>lr0</c>.</param>
    /// <param name="value">A number as text.</param>
    /// <param name="where">Where it stands, for messages.</param>
    /// <param name="note">Told where the value has no effect here.</param>
    /// <exception cref="EspalierException">The name is unknown, or the value is no number.</exception>
    public static HyperParameters With(HyperParameters parameters, string name, string value, string where, Action<string>? note = null)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            throw new EspalierException($"{where}: {name} must be a number, not '{value}'.");
        if (Array.Find(Entries, entry => entry.Name == name) is { } entry) return entry.Set(parameters, number);
        if (WithoutEffect.TryGetValue(name, out var known))
        {
            if (number != known.Neutral) note?.Invoke($"{where}: {name} has no effect: {known.Why}");
            return parameters;
        }

        if (!Neutral.TryGetValue(name, out var neutral)) throw new EspalierException(
            $"{where}: there is no hyper-parameter '{name}'; there are {string.Join(", ", Entries.Select(other => other.Name))}.");
        return number == neutral ? parameters
            : throw new EspalierException(string.Create(CultureInfo.InvariantCulture, $"{where}: {name} can only be {neutral}."));
    }

    private static void Check(HyperParameters parameters, string path)
    {
        try
        {
            parameters.Validate();
        }
        catch (EspalierException exception)
        {
            throw new EspalierException($"'{path}': {exception.Message}", exception);
        }
    }

    /// <summary>The file's text for some hyper-parameters.</summary>
    public static string Format(HyperParameters parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Values(parameters)) text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        return text.ToString();
    }

    /// <summary>Every hyper-parameter by its name in such a file, in the file's order.</summary>
    public static IReadOnlyList<(string Name, float Value)> Values(HyperParameters parameters) =>
        [.. Entries.Select(entry => (entry.Name, (float)entry.Get(parameters)))];

    /// <summary>Where two differ: <c>name: wanted, not present</c>.</summary>
    internal static IEnumerable<string> Differences(HyperParameters wanted, HyperParameters present) => Entries
        .Where(entry => !entry.Get(wanted).Equals(entry.Get(present)))
        .Select(entry => string.Create(CultureInfo.InvariantCulture,
            $"{entry.Name}: {(float)entry.Get(wanted)}, not {(float)entry.Get(present)}"));

    private static List<(string Name, string Value, long Line)> Pairs(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaximumBytes })
                throw new EspalierException($"'{path}' is larger than {MaximumBytes} bytes, which no file of hyper-parameters is.");
            using var reader = new StreamReader(path);
            return Pairs(new Parser(reader));
        }
        catch (YamlException exception)
        {
            throw new EspalierException(string.Create(CultureInfo.InvariantCulture, $"'{path}', line {exception.Start.Line}: this is not a "
                + $"list of names and numbers such as 'lr0: 0.01' ({exception.Message})."), exception);
        }
        catch (Exception exception) when (exception is (IOException and not EndOfStreamException) or UnauthorizedAccessException)
        {
            throw new EspalierException($"The hyper-parameters '{path}' cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is not EspalierException)
        {
            // The scanner itself stumbles over some broken texts, by whatever it uses.
            throw new EspalierException($"'{path}' is not YAML (a bracket or quote is not closed, or a tag is none).", exception);
        }
    }

    private static List<(string Name, string Value, long Line)> Pairs(Parser parser)
    {
        var pairs = new List<(string, string, long)>();
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _)) return pairs;
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = parser.Consume<Scalar>();
            if (pairs.Exists(pair => pair.Item1 == name.Value))
                throw new YamlException(name.Start, name.End, $"'{name.Value}' stands there twice");
            pairs.Add((name.Value, parser.Consume<Scalar>().Value, name.Start.Line));
        }

        return pairs;
    }

    private sealed record Entry(string Name, Func<HyperParameters, double> Get, Func<HyperParameters, double, HyperParameters> Set);
}
