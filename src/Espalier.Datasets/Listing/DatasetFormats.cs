using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Coco;
using Espalier.Datasets.Formats;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Svhn.Cropped;
using Espalier.Datasets.Voc;
using Espalier.Datasets.Yolo;

namespace Espalier.Datasets;

/// <summary>The forms that data sets come in.</summary>
public static class DatasetFormats
{
    /// <summary>Every form, in the order in which they are tried.</summary>
    public static IReadOnlyList<IDatasetFormat> All { get; } =
        [new SvhnFormat(), new YoloFormat(), new CocoFormat(), new VocFormat(), new CroppedFormat()];

    /// <summary>The form of that name.</summary>
    /// <exception cref="OptionException">There is none; the message names those there are.</exception>
    public static IDatasetFormat Named(string name) => All.FirstOrDefault(format => format.Name == name)
        ?? throw new OptionException($"There is no form '{name}' of data sets, only "
            + $"{string.Join(", ", All.Select(format => format.Name))}.");

    /// <summary>Lists the photos of a data set of any form.</summary>
    /// <param name="paths">A file or folder; several where the form has it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EspalierException">It has none of the forms, is not there, or cannot be used.</exception>
    public static DatasetListing List(IReadOnlyList<string> paths, CancellationToken cancellationToken = default)
    {
        if (All.FirstOrDefault(format => paths.All(format.Recognizes)) is { } found) return found.List(paths, cancellationToken);
        foreach (var path in paths)
        {
            if (!Path.Exists(path)) throw new EspalierException($"There is no file or folder {path}.");
            if (All.Any(format => format.Recognizes(path))) continue;
            throw new EspalierException(Directory.Exists(path)
                ? $"There is neither a data.yaml nor a digitStruct.mat in {path}, nor files of COCO's or Pascal VOC's; "
                    + $"espalier data new {CommandWord.Quote(path)} --output FOLDER makes a data set of a folder of photos."
                : $"{path} is no data set: neither a data.yaml nor a file of COCO's.");
        }

        throw new EspalierException($"{string.Join(", ", paths)} are data sets of several forms; one form at a time.");
    }
}
