using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime.Tests;

/// <summary>Everything at or above a warning that ONNX Runtime says during the tests.</summary>
internal static class RuntimeWarnings
{
    private static readonly DOrtLoggingFunction Log = Take; // kept for as long as the process lives

    public static ConcurrentQueue<string> All { get; } = new();

    /// <summary>What is less than a warning, from sessions that ask for it.</summary>
    public static ConcurrentQueue<string> Heard { get; } = new();

    // The environment can be made once only, before the first session.
    [ModuleInitializer]
    internal static void Listen()
    {
        var options = new EnvironmentCreationOptions
        {
            logId = "tests",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
            loggingFunction = Log,
        };
        _ = OrtEnv.CreateInstanceWithOptions(ref options);
    }

    private static void Take(IntPtr parameter, OrtLoggingLevel severity, string category, string session,
        string location, string message) =>
        (severity >= OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING ? All : Heard)
            .Enqueue($"{severity} {category} {session} {location}: {message}");
}
