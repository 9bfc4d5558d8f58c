using static TorchSharp.torch;

namespace Espalier.Training.Native;

/// <summary>Devices.</summary>
public static class Devices
{
    /// <summary>Devices.</summary>
    public static Device Parse(string text) => CPU;

    /// <summary>Devices.</summary>
    public static int SetThreads(int threads)
    {
        if (threads > 0) set_num_threads(threads);
        return get_num_threads();
    }
}
