using Espalier.Core;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Runtime;

/// <summary>How ONNX Runtime works.</summary>
public record RuntimeOptions
{
    /// <summary>Threads that share one call's work, 1…1024; 0 for one a core that the process may use.</summary>
    /// <value>Default 0. On a server that answers many calls at once, 1.</value>
    public int Threads { get; init; }

    /// <summary>Whether idle threads wait awake for the next call: the fastest answer, at the price of the cores' idleness.</summary>
    /// <value>Default true. On a shared server, false.</value>
    public bool Spinning { get; init; } = true;

    /// <summary>What computes the network. It must be in the native package of ONNX Runtime that the application references.</summary>
    /// <value>Default <see cref="ExecutionProvider.Cpu"/>.</value>
    public ExecutionProvider Provider { get; init; }

    /// <summary>Told of the session's options before the file is opened:
    /// the place for whatever ONNX Runtime knows and these options do not.</summary>
    /// <value>Null. Threads, spinning and provider are set already.</value>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Throws where a value is outside its range.</summary>
    /// <exception cref="OptionException">The message names option, value and range.</exception>
    public virtual void Validate() => OptionException.ThrowIfOutside(Threads, 0, 1024, "The number of threads");
}
