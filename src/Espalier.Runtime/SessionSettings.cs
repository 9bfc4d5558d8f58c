using Espalier.Core;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime;

/// <summary>ONNX Runtime's own options out of Espalier's.</summary>
internal static class SessionSettings
{
    /// <summary>The options of a session.</summary>
    /// <param name="options">Threads, spinning, provider, and what the application adds.</param>
    /// <param name="folder">Where weights beside the file are; null where there are none.</param>
    /// <exception cref="EspalierException">The provider is not to be had.</exception>
    public static SessionOptions Of(RuntimeOptions options, string? folder = null)
    {
        // Left to itself ONNX Runtime starts a thread for each core of the machine, whatever the process may use of them.
        var threads = AvailableProcessors.Current.ThreadsFor(options.Threads);
        var settings = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, IntraOpNumThreads = threads };
        try
        {
            settings.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spinning ? "1" : "0");
            if (folder is not null) settings.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
            Append(settings, options.Provider);
            options.ConfigureSession?.Invoke(settings);
            return settings;
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    private static void Append(SessionOptions settings, ExecutionProvider provider)
    {
        if (provider == ExecutionProvider.Cpu) return;
        var (name, package) = provider switch
        {
            ExecutionProvider.Cuda => ("CUDA", "Microsoft.ML.OnnxRuntime.Gpu"),
            ExecutionProvider.TensorRt => ("Tensorrt", "Microsoft.ML.OnnxRuntime.Gpu"),
            ExecutionProvider.DirectMl => ("Dml", "Microsoft.ML.OnnxRuntime.DirectML"),
            ExecutionProvider.CoreMl => ("CoreML", "Microsoft.ML.OnnxRuntime on macOS"),
            ExecutionProvider.OpenVino => ("OpenVINO", "Intel.ML.OnnxRuntime.OpenVino"),
            _ => throw new OptionException($"There is no execution provider {provider}."),
        };
        var present = OrtEnv.Instance().GetAvailableProviders();
        if (!present.Contains($"{name}ExecutionProvider", StringComparer.Ordinal))
        {
            var others = string.Join(" and ", present.Select(text => text.Replace("ExecutionProvider", "", StringComparison.Ordinal)));
            throw new EspalierException($"This application's ONNX Runtime has no {provider}, only {others}; {package} brings it.");
        }

        try
        {
            Append(settings, provider, name);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw new EspalierException($"{provider} cannot be used on this machine: "
                + $"{exception.Message.Split('\n')[0].Trim().TrimEnd('.')}.", exception);
        }
    }

    private static void Append(SessionOptions settings, ExecutionProvider provider, string name)
    {
        switch (provider)
        {
            case ExecutionProvider.Cuda:
                settings.AppendExecutionProvider_CUDA();
                break;
            case ExecutionProvider.TensorRt:
                settings.AppendExecutionProvider_Tensorrt();
                settings.AppendExecutionProvider_CUDA();
                break;
            case ExecutionProvider.DirectMl:
                // DirectML plans no memory ahead and takes one call at a time.
                settings.EnableMemoryPattern = false;
                settings.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                settings.AppendExecutionProvider_DML();
                break;
            case ExecutionProvider.OpenVino:
                settings.AppendExecutionProvider_OpenVINO();
                break;
            default:
                settings.AppendExecutionProvider(name);
                break;
        }
    }
}
