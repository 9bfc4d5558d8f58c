using Espalier.Core;
using Espalier.Runtime;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Cli.Models;

/// <summary>Opens what a user calls a model: a checkpoint, safetensors or .pt in libtorch, an .onnx in ONNX Runtime.</summary>
internal static class ModelFiles
{
    /// <summary>What ONNX Runtime's package brings for the CPU alone.</summary>
    private static readonly string[] OnnxDevices = ["cpu", "auto"];

    /// <summary>Whether a file is for ONNX Runtime, by its name.</summary>
    public static bool IsOnnx(string path) => Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a file is computed, in a word.</summary>
    public static string EngineOf(string path) => IsOnnx(path) ? "ONNX Runtime" : "libtorch";

    /// <summary>A network for judging.</summary>
    /// <exception cref="EspalierException">The file or the device cannot be used.</exception>
    public static IPredictionNetwork OpenNetwork(string path, string device, int threads)
    {
        if (!IsOnnx(path)) return TorchNetwork.Open(path, device, threads);
        CheckDevice(path, device);
        return OnnxPredictions.Open(path, threads);
    }

    /// <summary>A detector for pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it looks; its suppression holds where the file does not suppress by itself.</param>
    /// <param name="choose">What the user wants otherwise of whichever suppression holds; nothing if null.</param>
    /// <exception cref="EspalierException">The file or the device cannot be used.</exception>
    public static IPictureDetector OpenDetector(string path, PredictorOptions options, Func<NmsOptions, NmsOptions>? choose = null)
    {
        choose ??= suppression => suppression;
        if (!IsOnnx(path)) return Predictor.Open(path, options with { Suppression = choose(options.Suppression) });
        CheckDevice(path, options.Device);
        var network = OnnxNetwork.Open(path, new RuntimeOptions { Threads = options.Threads });
        return Detector.Over(network, new DetectorOptions
        {
            ImageSize = options.ImageSize,
            Rectangular = options.Square ? false : null,
            Filter = ResizeFilter.Bilinear, // as on checkpoints, and as YOLOv5 predicts
            Suppression = choose(network.Facts.Suppression?.ToOptions() ?? options.Suppression),
        });
    }

    private static void CheckDevice(string path, string device)
    {
        if (!OnnxDevices.Contains(device, StringComparer.Ordinal)) throw new OptionException($"'{path}' is computed by ONNX Runtime on the CPU; the device must be cpu or auto, not '{device}'.");
    }
}
