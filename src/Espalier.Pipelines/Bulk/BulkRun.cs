using System.Text.Json;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Pipelines.Bulk;

/// <summary>
/// Looks at any number of photos. They are listed in a file, in an order that does not depend on the disk, and divided into blocks; every
/// shard looks at each n-th block and writes its results whole or not at all. So whoever is killed repeats one block, each photo is looked
/// at exactly once in what is there at the end, and how many processes there were cannot be seen from it.
/// </summary>
internal sealed class BulkRun
{
    private readonly BulkTask _task;
    private readonly BulkFolder _folder;
    private readonly PhotoListing _listing;
    private readonly ResultLines _lines;
    private readonly Shard _shard;
    private readonly int _workers;
    private readonly BulkJournal _wanted;
    private readonly IPipelineListener? _listener;
    private readonly CancellationToken _cancellation;
    private readonly Lock _gate = new();
    private int _done;
    private int _total;

    /// <summary>A run over photos.</summary>
    /// <exception cref="EspalierException">An option cannot be, or there is no such source.</exception>
    public BulkRun(BulkTask task, IReadOnlyList<string> photos, BulkOptions options, IPipelineListener? listener,
        CancellationToken cancellationToken)
    {
        BulkOptions.Table.Validate(options);
        _ = IResultWriter.EndingOf(options.ChosenOutput);
        (_task, _listener, _cancellation) = (task, listener, cancellationToken);
        (_shard, _workers) = (options.ChosenShard, options.ChosenWorkers);
        _folder = new BulkFolder(options.ChosenOutput);
        _listing = new PhotoListing(photos, _folder.Listing);
        _lines = new ResultLines(task.Columns);
        _wanted = new BulkJournal(task.Command, task.ModelDigest, task.Words, 1, "", 1);
    }

    /// <summary>Looks at what this shard has not looked at yet; the last shard that ends joins all into the output.</summary>
    public BulkOutcome Run()
    {
        var journal = new BulkBeginning(_folder, _listing, _wanted, _listener).Run(_cancellation);
        if (journal.Unreadable is null)
        {
            using (WriterLock.Take(_folder.Output, _folder.Lock($"shard-{_shard.Index + 1}-of-{_shard.Count}"))) LookAtBlocks(journal);
            journal = Join(journal);
        }

        if (journal.Unreadable is null) return new BulkOutcome(false, _shard, Own(journal).Sum(journal.PhotosOf), null);
        _folder.Clear();
        return new BulkOutcome(true, _shard, journal.Photos, journal.Unreadable);
    }

    private IEnumerable<int> Own(BulkJournal journal) =>
        Enumerable.Range(0, journal.Blocks).Where(block => block % _shard.Count == _shard.Index);

    private void LookAtBlocks(BulkJournal journal)
    {
        var there = _folder.Blocks();
        if (_folder.ReadJournal() is { Unreadable: not null }) return; // Another process has joined them all, and removes them.
        var missing = Own(journal).Where(block => !there.Contains(block)).ToHashSet();
        _total = missing.Sum(journal.PhotosOf);
        if (missing.Count == 0) return;
        TellStart(journal);
        using var cursor = _listing.Open();
        foreach (var (block, photos) in _listing.Read(journal.BlockSize, missing.Contains))
        {
            var results = LookAt(photos, cursor);
            AtomicFile.Write(_folder.Block(block), stream => Array.ForEach(results, result => _lines.Write(stream, result)));
        }
    }

    private void TellStart(BulkJournal journal)
    {
        var own = Own(journal).Sum(journal.PhotosOf);
        var part = _shard.Count > 1 ? Invariant($" of {journal.Photos} (shard {_shard})") : "";
        var before = own > _total ? Invariant($", {own - _total} of them looked at before") : "";
        _listener?.OnNote(Invariant($"{own} photos{part}{before}"));
    }

    private PhotoResult[] LookAt(IReadOnlyList<ListedPhoto> photos, IPhotoCursor cursor)
    {
        var results = new PhotoResult[photos.Count];
        var next = 0;
        Parallel.For(0, _workers, new ParallelOptions { MaxDegreeOfParallelism = _workers, CancellationToken = _cancellation }, _ =>
        {
            while (Take(out var index) is { } decode)
            {
                results[index] = LookAt(photos[index], decode);
                Tell();
            }
        });
        return results;

        Func<Picture>? Take(out int index)
        {
            lock (_gate)
            {
                _cancellation.ThrowIfCancellationRequested();
                index = next++;
                return index < photos.Count ? cursor.MoveTo(photos[index]) : null;
            }
        }
    }

    private PhotoResult LookAt(ListedPhoto photo, Func<Picture> decode)
    {
        try
        {
            return new PhotoResult(photo.Path, _task.Look(decode()));
        }
        catch (PictureException exception)
        {
            return new PhotoResult(photo.Path, [], exception.Message);
        }
    }

    private void Tell()
    {
        lock (_gate) _listener?.OnProgress("Photos", ++_done, _total);
    }

    /// <summary>Joins the blocks where all are there and nobody else is about it; the journal of a joined output says how many photos
    /// could not be read.</summary>
    private BulkJournal Join(BulkJournal journal)
    {
        if (_folder.Blocks().Count < journal.Blocks) return _folder.ReadJournal() ?? journal;
        using var own = WriterLock.TryTake(_folder.Output, _folder.Lock("join"));
        if (own is null) return journal;
        if (_folder.ReadJournal() is { Unreadable: not null } joined) return joined;
        var unreadable = 0;
        AtomicFile.Write(_folder.Output, stream =>
        {
            var writer = IResultWriter.For(_folder.Output, stream, _task.Columns);
            using var photos = _listing.Read().GetEnumerator();
            for (var block = 0; block < journal.Blocks; block++)
            {
                foreach (var result in Results(block, journal.PhotosOf(block), photos))
                {
                    if (result.Error is not null) unreadable++;
                    writer.Add(result);
                }
            }

            writer.Finish();
        });
        journal = journal with { Unreadable = unreadable };
        _folder.WriteJournal(journal);
        return journal;
    }

    /// <summary>The results of a block, each held against the photo whose turn it is.</summary>
    private IEnumerable<PhotoResult> Results(int block, int count, IEnumerator<ListedPhoto> photos)
    {
        var file = _folder.Block(block);
        foreach (var line in File.ReadLines(file))
        {
            PhotoResult result;
            try
            {
                result = _lines.Read(line);
            }
            catch (JsonException exception)
            {
                throw Damaged(exception);
            }

            if (count-- == 0 || !photos.MoveNext() || photos.Current.Path != result.Photo) throw Damaged(null);
            yield return result;
        }

        if (count > 0) throw Damaged(null);

        EspalierException Damaged(Exception? cause) =>
            new($"'{file}' is damaged: remove it, and the same command looks at its photos again.", cause!);
    }
}
