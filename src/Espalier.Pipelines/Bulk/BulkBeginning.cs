using Espalier.Core;

namespace Espalier.Pipelines.Bulk;

/// <summary>Begins an output, or goes on with the one that was begun. Of several processes that start together one goes through the photos,
/// and the others wait for it.</summary>
/// <param name="folder">What lies beside the output.</param>
/// <param name="listing">The photos.</param>
/// <param name="wanted">What is to be done; its photos are not known yet.</param>
/// <param name="listener">Hears what is waited for.</param>
internal sealed class BulkBeginning(BulkFolder folder, PhotoListing listing, BulkJournal wanted, IPipelineListener? listener)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Begins or goes on; the photos' listing is there then, unless the output is.</summary>
    /// <exception cref="EspalierException">Something else was begun there, or there are no photos.</exception>
    public BulkJournal Run(CancellationToken cancellationToken)
    {
        RefuseForeign();
        var made = NewFolders.Create(folder.Path);
        try
        {
            for (var looks = 0; ; looks++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Begun() is { } there) return Same(there, listing.Look(cancellationToken));
                if (TryMake(cancellationToken) is { } begun) return begun;
                if (looks == 0) listener?.OnNote("Another process goes through the photos first; waiting for it.");
                cancellationToken.WaitHandle.WaitOne(BetweenLooks);
            }
        }
        catch
        {
            NewFolders.RemoveEmpty(folder.Path, made);
            throw;
        }
    }

    /// <summary>What was begun, as far as nothing of it has to be made anew.</summary>
    private BulkJournal? Begun() => folder.ReadJournal() is { } there && (listing.IsThere || IsDone(there)) ? there : null;

    /// <summary>Null where another process is about it.</summary>
    private BulkJournal? TryMake(CancellationToken cancellationToken)
    {
        using var own = WriterLock.TryTake(folder.Output, folder.Lock("begin"));
        if (own is null) return null;
        if (Begun() is { } there) return Same(there, listing.Look(cancellationToken));
        var before = folder.ReadJournal();
        if (before is null) folder.Clear(); // Blocks of which nobody knows what they were made with.
        RefuseForeign();
        var photos = listing.Write(cancellationToken);
        var begun = before is null ? wanted.Of(photos) : Same(before, photos) with { Unreadable = null };
        folder.WriteJournal(begun);
        return begun;
    }

    private void RefuseForeign()
    {
        if (folder.ReadJournal() is { } there)
        {
            if (wanted.Difference(there, withPhotos: false) is { } difference) throw Other(difference);
        }
        else if (File.Exists(folder.Output))
        {
            throw new EspalierException($"'{folder.Output}' is there already: choose another output, or remove it.");
        }
    }

    private BulkJournal Same(BulkJournal begun, ListingDigest photos) =>
        wanted.Of(photos).Difference(begun, withPhotos: true) is { } difference ? throw Other(difference) : begun;

    private bool IsDone(BulkJournal journal) => journal.Unreadable is not null && File.Exists(folder.Output);

    private EspalierException Other(string difference) =>
        new($"'{folder.Output}' was begun {difference}: choose another output, or remove it and '{folder.Path}'.");
}
