using Espalier.Core;

namespace Espalier.Datasets.Formats;

/// <summary>A form that data sets come in. A new one is a folder of its own and a line in <c>DatasetFormats.All</c>.</summary>
public interface IDatasetFormat
{
    /// <summary>Its name on command lines: lower case with hyphens.</summary>
    string Name { get; }

    /// <summary>Where a photo's labels stand, after "has no": <c>label file</c>.</summary>
    string LabelSource { get; }

    /// <summary>Whether a file or folder looks like this form; nothing is thrown.</summary>
    bool Recognizes(string path);

    /// <summary>Lists the photos of a data set.</summary>
    /// <param name="paths">One or several files or folders, as the form has it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EspalierException">The data set or a part of it is not there or cannot be used.</exception>
    DatasetListing List(IReadOnlyList<string> paths, CancellationToken cancellationToken = default);

    /// <summary>Writes a data set into an empty folder.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="content">What.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The file that names the data set, or the folder where there is none.</returns>
    /// <exception cref="EspalierException">The form cannot hold it, or it cannot be written.</exception>
    string Write(string folder, DatasetContent content, CancellationToken cancellationToken = default);
}
