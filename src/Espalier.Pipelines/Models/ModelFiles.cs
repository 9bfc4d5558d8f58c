using System.Security.Cryptography;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.HouseNumbers;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Training.Prediction;
using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Pipelines.Models;

/// <summary>
/// Opens what a user calls a model: a checkpoint, safetensors or .pt in libtorch, an .onnx in ONNX Runtime, and
/// <see cref="HouseNumberModel.Name"/>, the detector that comes along, in either.
/// </summary>
public static class ModelFiles
{
    private static readonly string[] Endings = [".onnx", ".safetensors", ".pt"];

    private static readonly string ShippedCheckpoint =
        Path.Combine(AppContext.BaseDirectory, "models", $"{HouseNumberModel.Name}.safetensors");

    /// <summary>What ONNX Runtime's package brings for the CPU alone.</summary>
    private static readonly string[] OnnxDevices = ["cpu", "auto"];

    /// <summary>Whether a model is computed by ONNX Runtime, by its name.</summary>
    public static bool IsOnnx(string path) =>
        IsShipped(path) || Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a model is the one that comes along, and no file of that name.</summary>
    public static bool IsShipped(string path) => path == HouseNumberModel.Name && !File.Exists(path);

    /// <summary>Whether a word names a model rather than a picture or a folder.</summary>
    public static bool IsModel(string word) =>
        IsShipped(word) || Endings.Contains(Path.GetExtension(word), StringComparer.OrdinalIgnoreCase);

    /// <summary>A model's weights as a file that can be trained, pruned and quantized:
    /// the path itself, or the shipped detector's checkpoint.</summary>
    public static string CheckpointFile(string path) => IsShipped(path) ? ShippedCheckpoint : path;

    /// <summary>Where what is made of a checkpoint is written if nobody says: beside it; of the shipped one in the working folder, for
    /// the program's own is nobody's place to look, and often cannot be written.</summary>
    /// <param name="checkpoint">A path from <see cref="CheckpointFile"/>.</param>
    /// <param name="ending">The new file's ending, with the dot.</param>
    internal static string OutputOf(string checkpoint, string ending)
    {
        var beside = Path.ChangeExtension(checkpoint, ending);
        return checkpoint == ShippedCheckpoint ? Path.GetFileName(beside) : beside;
    }

    /// <summary>Bytes of a model's file.</summary>
    public static long SizeOf(string path) => IsShipped(path) ? HouseNumberModel.Read().Length : new FileInfo(path).Length;

    /// <summary>The SHA-256 of a model's file, in hexadecimal digits.</summary>
    internal static string DigestOf(string path) =>
        IsShipped(path) ? Convert.ToHexStringLower(SHA256.HashData(HouseNumberModel.Read())) : RunSources.Digest(path)!;

    /// <summary>Where a file is computed, in a word.</summary>
    public static string EngineOf(string path) => IsOnnx(path) ? "ONNX Runtime" : "libtorch";

    /// <summary>A network for judging.</summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">Where it computes; the defaults if null.</param>
    /// <exception cref="EspalierException">The file or the device cannot be used.</exception>
    public static IPredictionNetwork OpenNetwork(string path, EngineOptions? engine = null)
    {
        engine ??= new EngineOptions();
        if (!IsOnnx(path)) return TorchNetwork.Open(path, engine.Device, engine.Threads);
        CheckDevice(path, engine.Device);
        return OnnxPredictions.Open(OpenOnnx(path, engine.Threads), path);
    }

    /// <summary>A detector for pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it looks; its suppression holds where the file does not suppress by itself.</param>
    /// <param name="choose">What the user wants otherwise of whichever suppression holds,
    /// told the names of the classes; nothing if null.</param>
    /// <exception cref="EspalierException">The file or the device cannot be used.</exception>
    public static IPictureDetector OpenDetector(string path, PredictorOptions options,
        Func<NmsOptions, IReadOnlyList<string>, NmsOptions>? choose = null) => OpenAtOnce(path, options, null, choose);

    /// <summary>The same, with so many pictures at the most in a call of an ONNX file that leaves that free; by memory if null.</summary>
    internal static IPictureDetector OpenAtOnce(string path, PredictorOptions options, int? mostAtOnce,
        Func<NmsOptions, IReadOnlyList<string>, NmsOptions>? choose = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        choose ??= (suppression, _) => suppression;
        if (!IsOnnx(path))
        {
            var checkpoint = Checkpoint.Open(path);
            return new Predictor(checkpoint, options with { Suppression = choose(options.Suppression, checkpoint.ClassNames) });
        }

        CheckDevice(path, options.Device);
        var network = OpenOnnx(path, options.Threads);
        return Detector.Over(network, new DetectorOptions
        {
            ImageSize = options.ImageSize,
            Rectangular = options.Square ? false : null,
            Filter = ResizeFilter.Bilinear, // as on checkpoints, and as YOLOv5 predicts
            MostAtOnce = mostAtOnce,
            Suppression = choose(network.Facts.SuppressionOr(options.Suppression), network.Facts.ClassNames),
        });
    }

    /// <summary>A reader of house numbers.</summary>
    /// <param name="path">The file, a detector of digits.</param>
    /// <param name="reading">How digits become numbers; its suppression holds where the file does not suppress by itself.</param>
    /// <param name="options">How pictures are looked at otherwise; the defaults if null.</param>
    /// <exception cref="EspalierException">The file or the device cannot be used, or the classes are no digits.</exception>
    public static HouseNumberReader OpenReader(string path, NumberReadingOptions? reading = null, PredictorOptions? options = null)
    {
        reading ??= new NumberReadingOptions();
        var detector = OpenDetector(path, (options ?? new PredictorOptions()) with { Suppression = reading.Suppression }, (inside, _) =>
        {
            reading.CheckAgainst(inside);
            return inside;
        });
        try
        {
            return new HouseNumberReader(detector, reading);
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    private static OnnxNetwork OpenOnnx(string path, int threads)
    {
        var options = new RuntimeOptions { Threads = threads };
        return IsShipped(path) ? OnnxNetwork.Open(HouseNumberModel.Read(), options, $"'{path}'") : OnnxNetwork.Open(path, options);
    }

    private static void CheckDevice(string path, string device)
    {
        if (!OnnxDevices.Contains(device, StringComparer.Ordinal))
            throw new OptionException($"'{path}' is computed by ONNX Runtime on the CPU; the device must be cpu or auto, not '{device}'.");
    }
}
