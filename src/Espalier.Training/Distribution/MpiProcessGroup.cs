using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Espalier.Core;
using TorchSharp;

namespace Espalier.Training.Distribution;

/// <summary>The processes that <c>mpirun</c> started, over Open MPI.</summary>
internal sealed class MpiProcessGroup : IProcessGroup
{
    private readonly List<nint> _requests = [];

    private MpiProcessGroup((int Rank, int Size) place) => (Rank, Size) = place;

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Joins the processes that <c>mpirun</c> started with this one; a group of one where there was no <c>mpirun</c>.</summary>
    /// <exception cref="EspalierException">Started by <c>mpirun</c>, but Open MPI cannot be used.</exception>
    public static IProcessGroup JoinIfLaunched() => OpenMpi.LaunchedSize > 1 ? new MpiProcessGroup(OpenMpi.Join()) : SingleProcess.Instance;

    /// <inheritdoc/>
    public void Sum(Span<double> values) => OpenMpi.AllReduce(values);

    /// <inheritdoc/>
    public unsafe void BeginSum(torch.Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.bytes));
        _requests.Add(OpenMpi.BeginAllReduce(address, checked((int)values.NumberOfElements)));
    }

    /// <inheritdoc/>
    public void Progress()
    {
        foreach (ref var request in CollectionsMarshal.AsSpan(_requests))
        {
            if (!OpenMpi.Test(ref request)) break;
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        foreach (ref var request in CollectionsMarshal.AsSpan(_requests)) OpenMpi.Wait(ref request);
        _requests.Clear();
    }

    /// <inheritdoc/>
    public byte[] Broadcast(byte[] message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Span<byte> length = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(length, message.Length);
        OpenMpi.Broadcast(length);
        var all = Rank == 0 ? message : new byte[MemoryMarshal.Read<int>(length)];
        OpenMpi.Broadcast(all);
        return all;
    }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Gather(byte[] message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var all = new byte[message.Length * Size];
        OpenMpi.AllGather(message, all);
        return message.Length == 0 ? [.. Enumerable.Repeat(message, Size)] : [.. all.Chunk(message.Length)];
    }

    /// <summary>Ends every process of the group, because this one cannot go on.</summary>
    /// <param name="exitCode">Theirs and this one's.</param>
    public static void Abort(int exitCode) => OpenMpi.Abort(exitCode);

    /// <inheritdoc/>
    public void Dispose() => OpenMpi.Leave();
}
