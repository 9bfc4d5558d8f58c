using TorchSharp;

namespace Espalier.Training.Distribution;

/// <summary>The processes that train one network together, each on its share of every batch. All calls come from one thread, in the same
/// order in every process.</summary>
internal interface IProcessGroup : IDisposable
{
    /// <summary>This process's number, from 0. Process 0 writes files and speaks.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Replaces every value by its sum over all processes.</summary>
    void Sum(Span<double> values);

    /// <summary>Begins to replace every value by its sum over all processes; the work goes on beside other work until
    /// <see cref="Finish"/>.</summary>
    /// <param name="values">float32, one dimension, without gaps, on the CPU; its memory is not to be touched until then.</param>
    void BeginSum(torch.Tensor values);

    /// <summary>Lets sums that have begun move on.</summary>
    void Progress();

    /// <summary>Waits for all sums that have begun.</summary>
    void Finish();

    /// <summary>What process 0 has to say, in every process.</summary>
    /// <param name="message">What is said; only process 0's counts.</param>
    byte[] Broadcast(byte[] message);

    /// <summary>What every process has to say, by rank, in every process.</summary>
    /// <param name="message">This process's word; all are of one length.</param>
    IReadOnlyList<byte[]> Gather(byte[] message);
}
