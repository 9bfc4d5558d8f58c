using System.Globalization;
using Espalier.Core;
using static TorchSharp.torch;

namespace Espalier.Training.Native;

/// <summary>Where networks compute: devices by name, and threads.</summary>
internal static class Devices
{
    private const int MostThreads = 1024;

    private static readonly Lazy<int> OwnChoice = new(() =>
    {
        LibTorchLoader.Load();
        // libtorch counts cores by affinity, and OMP_NUM_THREADS where that is set, but no quota.
        return Math.Min(get_num_threads(), AvailableProcessors.Current.Threads);
    });

    /// <summary>Threads of a network's arithmetic where nobody says how many: one a core that the process may use, or libtorch's own
    /// choice where that is fewer.</summary>
    /// <exception cref="EspalierException">libtorch cannot be loaded.</exception>
    public static int OwnThreads => OwnChoice.Value;

    /// <summary>A device by the name that a user gives it.</summary>
    /// <param name="name"><c>cpu</c>; <c>cuda</c> or <c>cuda:N</c>, N from 0; <c>auto</c>:
    /// the first GPU, or the CPU where there is none.</param>
    /// <exception cref="OptionException">No such name.</exception>
    /// <exception cref="EspalierException">libtorch cannot be loaded, or it sees no such GPU.</exception>
    public static Device Parse(string name)
    {
        LibTorchLoader.Load();
        if (name == "cpu") return CPU;
        if (name == "auto") return cuda.is_available() ? CUDA : CPU;
        var parts = name.Split(':');
        var index = 0;
        if (parts[0] != "cuda" || parts.Length > 2
            || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            throw new OptionException($"The device must be cpu, cuda:N or auto, not '{name}'.");
        }

        if (!cuda.is_available()) throw new EspalierException($"There is no '{name}': libtorch sees no GPU; use --device cpu, or build "
            + $"with -p:EspalierLibTorch=cuda on a machine that has one.");
        if (index >= cuda.device_count())
            throw new EspalierException(string.Create(CultureInfo.InvariantCulture,
                $"There is no '{name}': GPUs are numbered 0…{cuda.device_count() - 1}."));
        return device(string.Create(CultureInfo.InvariantCulture, $"cuda:{index}"));
    }

    /// <summary>Sets how many threads a network's arithmetic uses.</summary>
    /// <param name="threads">1…1,024; 0 for <see cref="OwnThreads"/>.</param>
    /// <returns>The number in force.</returns>
    /// <exception cref="OptionException">The number is outside its range.</exception>
    public static int SetThreads(int threads)
    {
        OptionException.ThrowIfOutside(threads, 0, MostThreads, "The number of threads");
        var own = OwnChoice.Value;
        if (threads > 0) set_num_threads(threads);
        else if (get_num_threads() != own) set_num_threads(own);
        return get_num_threads();
    }
}
