using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Datasets.Photos;

/// <summary>How a loader comes by its photos.</summary>
/// <param name="Decode">Reads a file; throws <see cref="EspalierException"/> for one that can't be decoded.</param>
/// <param name="Filter">How photos are brought to the image size.</param>
/// <param name="OnProblem">Told once of each photo that can't be used; called by loader threads, one call at a time.</param>
internal sealed record PhotoSource(Func<string, Picture> Decode, ResizeFilter Filter, Action<DatasetProblem>? OnProblem)
{
    /// <summary>With the usual decoder where none is given.</summary>
    public static PhotoSource Create(Func<string, Picture>? decode, ResizeFilter filter, Action<DatasetProblem>? onProblem) =>
        new(decode ?? (path => PictureReader.Read(path)), filter, onProblem);
}
