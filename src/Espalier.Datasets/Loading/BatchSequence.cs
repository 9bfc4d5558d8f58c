namespace Espalier.Datasets.Loading;

/// <summary>Numbered batches as a sequence, prepared ahead or on demand, over buffers that are used again.</summary>
internal static class BatchSequence
{
    /// <summary>Fills a rented buffer with the batch of a number.</summary>
    public delegate Batch Preparation(int number, byte[] buffer, CancellationToken cancellationToken);

    /// <summary>
    /// The batches <paramref name="first"/> … <paramref name="end"/> − 1 in order. A batch's pixels belong to the consumer
    /// until it asks for the next one or disposes the enumerator. Batches without pictures are passed over.
    /// </summary>
    public static IEnumerable<Batch> Run(
        int first, int end, int workers, int ahead, BufferPool buffers, Preparation prepare, CancellationToken cancellationToken)
    {
        return workers == 0
            ? RunHere(first, end, buffers, prepare, cancellationToken)
            : RunAhead(first, end, workers, ahead, buffers, prepare, cancellationToken);
    }

    private static IEnumerable<Batch> RunHere(
        int first, int end, BufferPool buffers, Preparation prepare, CancellationToken cancellationToken)
    {
        var buffer = buffers.Rent();
        try
        {
            for (var number = first; number < end; number++)
            {
                var batch = prepare(number, buffer, cancellationToken);
                if (batch.Count > 0) yield return batch;
            }
        }
        finally
        {
            buffers.Return(buffer);
        }
    }

    private static IEnumerable<Batch> RunAhead(
        int first, int end, int workers, int ahead, BufferPool buffers, Preparation prepare, CancellationToken cancellationToken)
    {
        using var prefetch = new OrderedPrefetch<Batch>(
            first, end, workers, ahead, PrepareInRented, batch => buffers.Return(batch.Pixels));
        for (var number = first; number < end; number++)
        {
            var batch = prefetch.Take(number, cancellationToken);
            try
            {
                if (batch.Count > 0) yield return batch;
            }
            finally
            {
                prefetch.Release(batch);
            }
        }

        Batch PrepareInRented(int number, CancellationToken stop)
        {
            var buffer = buffers.Rent();
            try
            {
                return prepare(number, buffer, stop);
            }
            catch
            {
                buffers.Return(buffer);
                throw;
            }
        }
    }
}
