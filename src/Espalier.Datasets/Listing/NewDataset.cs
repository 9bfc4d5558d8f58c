using Espalier.Core;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Yolo;

namespace Espalier.Datasets.Listing;

/// <summary>Makes a data set with a split to judge by out of whatever labelling tools export, or out of photos alone.</summary>
internal static class NewDataset
{
    /// <summary>Lists the photos of a folder, each in a split.</summary>
    /// <param name="folder">A data set of any form, or photos with or without label files.</param>
    /// <param name="classNames">The names of the classes where the folder has none.</param>
    /// <param name="progress">Hears how many photos have been looked at, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <remarks>
    /// Splits that are there stay as they are if there are several. Otherwise a fifth is for validation, where photos that look alike, and
    /// copies that a tool made of one photo (<c>name.rf.HASH.jpg</c>), are never parted.
    /// </remarks>
    /// <exception cref="EspalierException">There are fewer than two photos, or classes are named twice or not at all.</exception>
    public static DatasetListing List(string folder, IReadOnlyList<string>? classNames = null, IProgress<PhotoProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var listing = Read(folder, classNames, cancellationToken);
        var photos = listing.Photos;
        if (listing.ClassNames.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            throw new EspalierException($"The class '{twice}' of {folder} is named twice, so that two numbers mean it; name each once.");
        if (HasSplits(listing)) return listing;
        if (photos.Count < 2)
            throw new EspalierException($"{folder} holds a single photo; a data set needs one to learn from and one to judge by at least.");
        var splits = PhotoDealing.Deal([.. photos.Select(photo => (photo.Path, (string?)null))], 0, progress, cancellationToken).Splits;
        if (!splits.Contains(PhotoDealing.Validation))
            throw new EspalierException($"All {photos.Count} photos look alike, so that none is left to judge by.");
        return listing with
        {
            Photos = [.. photos.Zip(splits, (photo, split) => photo with { Split = split })
                .OrderBy(photo => photo.Split == PhotoDealing.Validation)],
        };
    }

    /// <summary>The photos of a folder as they lie there; where no split is known, all in the one to learn from.</summary>
    /// <inheritdoc cref="List"/>
    public static DatasetListing Read(string folder, IReadOnlyList<string>? classNames, CancellationToken cancellationToken)
    {
        if (!IsDataset(folder)) return LooseFolder.List(folder, PhotoDealing.Training, classNames, cancellationToken);
        if (classNames is not null) throw new OptionException($"{folder} names its classes itself; leave --classes out");
        return DatasetFormats.List([folder], cancellationToken);
    }

    /// <summary>Whether the photos are in splits already.</summary>
    public static bool HasSplits(DatasetListing listing) => listing.Photos.Select(photo => photo.Split).Distinct().Count() > 1;

    /// <summary>Whether a folder says itself what its classes are called.</summary>
    /// <exception cref="EspalierException">There is no such folder.</exception>
    public static bool NamesClasses(string folder) => IsDataset(folder) || LooseFolder.ReadNames(folder) is not null;

    private static bool IsDataset(string folder) => Directory.Exists(folder)
        ? DatasetFormats.All.Any(format => format.Recognizes(folder)) : throw new EspalierException($"There is no folder {folder}.");
}
