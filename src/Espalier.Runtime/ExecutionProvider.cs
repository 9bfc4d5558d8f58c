namespace Espalier.Runtime;

/// <summary>What ONNX Runtime computes with. All but the first need a native package of ONNX Runtime
/// that the application references.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor; always there.</summary>
    Cpu,

    /// <summary>NVIDIA's GPUs: <c>Microsoft.ML.OnnxRuntime.Gpu</c>.</summary>
    Cuda,

    /// <summary>NVIDIA's TensorRT, and CUDA for what it leaves: <c>Microsoft.ML.OnnxRuntime.Gpu</c>.</summary>
    TensorRt,

    /// <summary>Any GPU under Windows: <c>Microsoft.ML.OnnxRuntime.DirectML</c>.</summary>
    DirectMl,

    /// <summary>Apple's processors; in ONNX Runtime's package for macOS.</summary>
    CoreMl,

    /// <summary>Intel's OpenVINO: <c>Intel.ML.OnnxRuntime.OpenVino</c>.</summary>
    OpenVino,
}
