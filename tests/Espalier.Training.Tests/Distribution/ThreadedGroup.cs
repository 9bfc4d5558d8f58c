using System.Runtime.InteropServices;
using Espalier.Training.Distribution;
using TorchSharp;

namespace Espalier.Training.Tests.Distribution;

/// <summary>A group whose processes are threads of this one: what <c>mpirun</c> does, where it is not installed.</summary>
internal sealed class ThreadedGroup : IProcessGroup
{
    private readonly Meeting _meeting;
    private readonly List<torch.Tensor> _begun = [];

    private ThreadedGroup(int rank, int size, Meeting meeting) => (Rank, Size, _meeting) = (rank, size, meeting);

    public int Rank { get; }

    public int Size { get; }

    /// <summary>How many sums were begun before they were waited for: the buckets of a backward pass.</summary>
    public int Begun { get; private set; }

    /// <summary>Runs the same work in every process and waits for all.</summary>
    public static void Run(int size, Action<ThreadedGroup> work)
    {
        using var meeting = new Meeting(size);
        var failures = new Exception?[size];
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                work(new ThreadedGroup(rank, size, meeting));
            }
            catch (Exception exception)
            {
                failures[rank] = exception;
                meeting.GiveUp();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failures.OfType<Exception>().OrderBy(failure => failure is OperationCanceledException).FirstOrDefault() is { } first)
            throw new AggregateException(first);
    }

    public void Sum(Span<double> values)
    {
        var all = _meeting.Exchange(Rank, values.ToArray());
        for (var index = 0; index < values.Length; index++) values[index] = all.Sum(one => ((double[])one)[index]);
    }

    public void BeginSum(torch.Tensor values)
    {
        _begun.Add(values);
        Begun++;
    }

    public void Progress()
    {
    }

    public void Finish()
    {
        foreach (var tensor in _begun)
        {
            var all = _meeting.Exchange(Rank, MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray());
            var values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
            for (var index = 0; index < values.Length; index++) values[index] = all.Sum(one => ((float[])one)[index]);
        }

        _begun.Clear();
    }

    public byte[] Broadcast(byte[] message) => (byte[])_meeting.Exchange(Rank, message)[0];

    public IReadOnlyList<byte[]> Gather(byte[] message) => [.. _meeting.Exchange(Rank, message).Cast<byte[]>()];

    public void Dispose()
    {
    }

    private sealed class Meeting(int size) : IDisposable
    {
        private readonly Barrier _barrier = new(size);
        private readonly CancellationTokenSource _givenUp = new();
        private readonly object[] _words = new object[size];

        public object[] Exchange(int rank, object word)
        {
            _words[rank] = word;
            _barrier.SignalAndWait(_givenUp.Token);
            var all = _words.ToArray();
            _barrier.SignalAndWait(_givenUp.Token);
            return all;
        }

        public void GiveUp() => _givenUp.Cancel();

        public void Dispose()
        {
            _barrier.Dispose();
            _givenUp.Dispose();
        }
    }
}
