using System.Globalization;
using Espalier.Core;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Datasets.Coco;

/// <summary>
/// COCO's annotation files, one a split: as COCO has them (<c>annotations/instances_train2017.json</c>, photos in <c>train2017</c>), as
/// Roboflow does (<c>train/_annotations.coco.json</c> among the photos), and with the photos in <c>images</c> or <c>images/SPLIT</c>.
/// </summary>
/// <remarks>
/// Class 0, 1, … are the categories by rising id; a category that others name as their supercategory and that no annotation has
/// (Roboflow writes one) is none. An annotation without a box has the box around its polygons.
/// </remarks>
internal sealed class CocoFormat : IDatasetFormat
{
    /// <inheritdoc/>
    public string Name => "coco";

    /// <inheritdoc/>
    public string LabelSource => "annotations";

    /// <inheritdoc/>
    public bool Recognizes(string path) => Directory.Exists(path) ? FilesIn(path).Any() : CocoFile.LooksLike(path);

    /// <summary>One or several files, or folders that hold them.</summary>
    public DatasetListing List(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        var photos = new List<ListedPhoto>();
        var findings = new List<Finding>();
        var files = paths.SelectMany(path => Directory.Exists(path) ? FilesIn(path) : [path]).Select(Path.GetFullPath).Distinct().ToList();
        IReadOnlyList<string>? names = null;

        // A photo that several files name is the first one's: what judges a network keeps it, and training loses it.
        var inTurn = files.OrderBy(file => SplitOf(file) == "train").ToList();
        foreach (var path in inTurn)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = CocoFile.Read(path);
            var categories = Classes(file);
            IReadOnlyList<string> own = [.. categories.Select(category => category.Name
                ?? category.Id.ToString(CultureInfo.InvariantCulture))];
            names ??= own;
            if (!names.SequenceEqual(own)) throw new EspalierException($"{path} has the classes {string.Join(", ", own)}, but {inTurn[0]} "
                + $"has {string.Join(", ", names)}; they should be the same, in the same order.");
            AddPhotos(path, file, categories.Select((category, index) => (category.Id, index))
                .ToDictionary(pair => pair.Id, pair => pair.index), photos, findings);
        }

        if (photos.Count == 0) throw new EspalierException($"{string.Join(", ", files)} names no photo.");
        var order = files.Select(SplitOf).Distinct().ToList();
        return new DatasetListing(this, names!, [.. photos.OrderBy(photo => order.IndexOf(photo.Split))], findings, files);
    }

    /// <summary><c>annotations/instances_SPLIT.json</c> and <c>images/SPLIT</c>.</summary>
    public string Write(string folder, DatasetContent content, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(Path.Combine(folder, "annotations"));
        CocoCategory[] categories = [.. content.ClassNames.Select((name, index) => new CocoCategory(index, name))];
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var split in content.Photos.GroupBy(photo => photo.Split))
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, "images", split.Key)).FullName;
            var images = new List<CocoImage>();
            var annotations = new List<CocoAnnotation>();
            foreach (var photo in split)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = UniqueName.Of(taken, split.Key, photo);
                PhotoFile.Place(photo.Path, Path.Combine(target, name), content.Placement);
                images.Add(new CocoImage(images.Count + 1, name, photo.Size.Width, photo.Size.Height));
                foreach (var row in photo.Labels ?? [])
                {
                    double width = row.Width * photo.Size.Width, height = row.Height * photo.Size.Height;
                    double[] box = [row.X * photo.Size.Width - width / 2, row.Y * photo.Size.Height - height / 2, width, height];
                    annotations.Add(new CocoAnnotation(annotations.Count + 1, images.Count, row.Class,
                        [.. box.Select(value => Math.Round(value, 6))], Math.Round(width * height, 6)));
                }
            }

            new CocoFile(images, annotations, categories).Write(Path.Combine(folder, "annotations", $"instances_{split.Key}.json"));
        }

        return folder;
    }

    private static void AddPhotos(string path, CocoFile file, Dictionary<long, int> classes, List<ListedPhoto> photos,
        List<Finding> findings)
    {
        var split = SplitOf(path);
        var annotations = (file.Annotations ?? []).ToLookup(annotation => annotation.ImageId);
        var elsewhere = photos.DistinctBy(found => found.Path)
            .ToDictionary(found => found.Path, found => found.Split, StringComparer.Ordinal);
        var known = new HashSet<long>();
        Func<string, string>? place = null;
        foreach (var image in file.Images!)
        {
            if (string.IsNullOrEmpty(image.FileName) || image.FileName.Contains('\0'))
                throw new EspalierException($"{path} has an image {image.Id} without a file name.");
            place ??= CocoPhotos.PlaceOf(image.FileName, path);
            var photo = (place ?? CocoPhotos.Beside(path))(image.FileName);
            if (!known.Add(image.Id))
                findings.Add(new Finding(FindingKind.PhotoListedTwice, split, photo, "", $"has the id {image.Id} of another in {path}"));
            else if (!elsewhere.TryGetValue(photo, out var other))
                photos.Add(new ListedPhoto(split, photo,
                    size => [.. annotations[image.Id].Select(annotation => Claim(annotation, image, size, classes))]));
            else if (other == split)
                findings.Add(new Finding(FindingKind.PhotoListedTwice, split, photo, "",
                    $"is in {path} and in a file before it, whose annotations are taken"));
            else
                findings.Add(new Finding(FindingKind.IdenticalPhotoAcrossSplits, split, photo, "", $"is in the split '{other}' too")
                { Other = photo });
        }

        var lost = annotations.Where(group => !known.Contains(group.Key)).Sum(group => group.Count());
        if (lost > 0)
            findings.Add(new Finding(FindingKind.OrphanLabels, split, path, "",
                $"has {lost} annotations that belong to none of its images"));
    }

    private static LabelClaim Claim(CocoAnnotation annotation, CocoImage image, PictureSize size, Dictionary<long, int> classes)
    {
        var claim = new LabelClaim("annotation", annotation.Id, default);
        if (annotation.Iscrowd != 0)
            return claim.Faulty(FindingKind.SenselessLabel, $"is a crowd, a region of objects that are not told apart");
        var box = annotation.Bbox is { Length: > 0 } ? annotation.Bbox : annotation.Segmentation;
        if (box is not [var left, var top, var width, var height])
            return claim.Faulty(FindingKind.SenselessLabel, $"has no box of four numbers");

        if (!double.IsFinite(left + top + width + height))
            return claim.Faulty(FindingKind.SenselessLabel, $"has edges that are no numbers");

        var stated = StatedSize.Or(image.Width, image.Height, size);
        if (!StatedSize.Fits(stated, size)) return claim.Faulty(FindingKind.SenselessLabel, StatedSize.Misfit(stated, size));

        var isKnown = classes.TryGetValue(annotation.CategoryId, out var index);
        claim = claim with { Row = LabelRow.OfPixels(index, left, top, width, height, stated) };
        return isKnown
            ? claim : claim.Faulty(FindingKind.WrongClass, $"has the category {annotation.CategoryId}, which is none of the file's");
    }

    private static List<CocoCategory> Classes(CocoFile file)
    {
        var used = (file.Annotations ?? []).Select(annotation => annotation.CategoryId).ToHashSet();
        var supers = file.Categories!.Select(category => category.Supercategory).ToHashSet();
        return [.. file.Categories!.Where(category => used.Contains(category.Id) || category.Name is null
            || category.Supercategory == category.Name || !supers.Contains(category.Name))
            .OrderBy(category => category.Id).DistinctBy(category => category.Id)];
    }

    private static string SplitOf(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        if (stem.StartsWith("_annotations", StringComparison.Ordinal)) stem = Path.GetFileName(Path.GetDirectoryName(path)) ?? stem;
        return SplitName.In(stem) ?? "train";
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        FolderTree.Files(folder, deepest: 2, ignoreInaccessible: true).Where(CocoFile.LooksLike).Order(StringComparer.Ordinal);
}
