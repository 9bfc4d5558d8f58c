using Espalier.Runtime;
using Espalier.Training.Runs;
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
    /// <exception cref="EspalierException">The file or the device cannot be used.</exception>
    public static IPictureDetector OpenDetector(string path, PredictorOptions options)
    {
        if (!IsOnnx(path)) return Predictor.Open(path, options);
        CheckDevice(path, options.Device);
        return Detector.Open(path, new DetectorOptions
        {
            ImageSize = options.ImageSize,
            Rectangular = options.Square ? false : null,
            Filter = ResizeFilter.Bilinear, // as on checkpoints, and as YOLOv5 predicts
            Suppression = options.Suppression,
            Threads = options.Threads,
        });
    }

    private static void CheckDevice(string path, string device)
    {
        if (!OnnxDevices.Contains(device, StringComparer.Ordinal)) throw new OptionException($"'{path}' is computed by ONNX Runtime on the CPU; the device must be cpu or auto, not '{device}'.");
    }
}
